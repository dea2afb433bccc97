/** What a pod gets without asking. */
import assert from "node:assert/strict";
import type { Container, ContainerPort, PodSpec, Volume } from "../k8s.ts";
import { withDefaults } from "./defaults.ts";
import { impliedPullPolicy } from "./image_tag.ts";

function defaulted(spec: Partial<PodSpec>): PodSpec {
  const main: Container = { name: "main", image: "app:1" };
  return withDefaults({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "web" },
    spec: { containers: [main], ...spec },
  }).spec;
}

Deno.test("a bare pod gets the defaults of Kubernetes", () => {
  assert.deepEqual(defaulted({}), {
    restartPolicy: "Always",
    dnsPolicy: "ClusterFirst",
    terminationGracePeriodSeconds: 30,
    schedulerName: "default-scheduler",
    enableServiceLinks: true,
    securityContext: {},
    containers: [{
      name: "main",
      image: "app:1",
      imagePullPolicy: "IfNotPresent",
      terminationMessagePath: "/dev/termination-log",
      terminationMessagePolicy: "File",
      resources: {},
    }],
  });
});

Deno.test("ephemeral containers get what all containers get", () => {
  const debug = { name: "debug", image: "tools:latest", targetContainerName: "main" };
  assert.deepEqual(defaulted({ ephemeralContainers: [debug] }).ephemeralContainers, [{
    ...debug,
    imagePullPolicy: "Always",
    terminationMessagePath: "/dev/termination-log",
    terminationMessagePolicy: "File",
    resources: {},
  }]);
});

Deno.test("what the pod says stays, and defaulting twice changes nothing", () => {
  const given = defaulted({
    restartPolicy: "Never",
    terminationGracePeriodSeconds: 0,
    dnsPolicy: "None",
    enableServiceLinks: false,
    containers: [{
      name: "main",
      image: "app:1",
      imagePullPolicy: "Never",
      terminationMessagePolicy: "FallbackToLogsOnError",
    }],
  });
  assert.equal(given.restartPolicy, "Never");
  assert.equal(given.terminationGracePeriodSeconds, 0);
  assert.equal(given.dnsPolicy, "None");
  assert.equal(given.enableServiceLinks, false);
  assert.equal(given.containers[0]?.imagePullPolicy, "Never");
  assert.equal(given.containers[0]?.terminationMessagePolicy, "FallbackToLogsOnError");
  assert.deepEqual(defaulted(given), given);
});

Deno.test("a probe gets its numbers, 0 counts as none; probes and hooks over HTTP their path and scheme", () => {
  const numbers = {
    timeoutSeconds: 1,
    periodSeconds: 10,
    successThreshold: 1,
    failureThreshold: 3,
  };
  const main: Container = {
    name: "main",
    startupProbe: { httpGet: { port: 80 }, timeoutSeconds: 0, periodSeconds: 2 },
    livenessProbe: { grpc: { port: 80 }, failureThreshold: 5 },
    readinessProbe: { httpGet: { port: 80, path: "/x", scheme: "HTTPS" } },
    lifecycle: { postStart: { httpGet: { port: 80 } }, preStop: { exec: { command: ["true"] } } },
  };
  const spec = defaulted({ containers: [main] });
  const { startupProbe, livenessProbe, readinessProbe, lifecycle } = spec.containers[0] ?? main;
  assert.deepEqual(startupProbe, {
    ...numbers,
    periodSeconds: 2,
    httpGet: { port: 80, path: "/", scheme: "HTTP" },
  });
  assert.deepEqual(livenessProbe, {
    ...numbers,
    failureThreshold: 5,
    grpc: { port: 80, service: "" },
  });
  assert.deepEqual(readinessProbe, {
    ...numbers,
    httpGet: { port: 80, path: "/x", scheme: "HTTPS" },
  });
  assert.deepEqual(lifecycle, {
    postStart: { httpGet: { port: 80, path: "/", scheme: "HTTP" } },
    preStop: { exec: { command: ["true"] } },
  });
  assert.deepEqual(defaulted(spec), spec);
});

Deno.test("the pull policy follows the tag", () => {
  const table: readonly (readonly [string, string])[] = [
    ["busybox", "Always"],
    ["busybox:latest", "Always"],
    ["busybox:1.36", "IfNotPresent"],
    ["registry:5000/team/app", "Always"],
    ["registry:5000/team/app:v1", "IfNotPresent"],
    ["busybox@sha256:abc", "IfNotPresent"],
    ["busybox:latest@sha256:abc", "Always"],
  ];
  for (const [image, policy] of table) assert.equal(impliedPullPolicy(image), policy, image);
});

Deno.test("limits are also requests, unless those are given", () => {
  const containers = [{
    name: "main",
    image: "app:1",
    resources: { limits: { cpu: "1", memory: "64Mi" }, requests: { cpu: "100m" } },
  }];
  const requests = { cpu: "100m", memory: "64Mi" };
  assert.deepEqual(defaulted({ containers }).containers[0]?.resources?.requests, requests);
  assert.deepEqual(
    defaulted({ initContainers: containers }).initContainers?.[0]?.resources?.requests,
    requests,
  );
});

Deno.test("ports are TCP, and on the host's network they are the host's", () => {
  const ports = (hostNetwork: boolean): readonly ContainerPort[] | undefined =>
    defaulted({
      hostNetwork,
      containers: [{
        name: "main",
        ports: [{ containerPort: 80 }, { containerPort: 53, protocol: "UDP" }],
      }],
    }).containers[0]?.ports;
  assert.deepEqual(ports(false), [{ containerPort: 80, protocol: "TCP" }, {
    containerPort: 53,
    protocol: "UDP",
  }]);
  assert.deepEqual(ports(true), [{ containerPort: 80, hostPort: 80, protocol: "TCP" }, {
    containerPort: 53,
    hostPort: 53,
    protocol: "UDP",
  }]);
});

Deno.test("a volume without a source is an emptyDir", () => {
  const volumes = (given: Volume): readonly Volume[] | undefined =>
    defaulted({ volumes: [given] }).volumes;
  assert.deepEqual(volumes({ name: "a" }), [{ name: "a", emptyDir: {} }]);
  assert.deepEqual(volumes({ name: "a", hostPath: { path: "/x" } }), [
    { name: "a", hostPath: { path: "/x", type: "" } },
  ]);
  assert.deepEqual(volumes({ name: "a", configMap: { name: "c" } }), [
    { name: "a", configMap: { name: "c", defaultMode: 0o644 } },
  ]);
});

Deno.test("files of volumes may be read by all, and fields are those of v1", () => {
  const items = [{ path: "name", fieldRef: { fieldPath: "metadata.name" } }];
  const defaultedItems = [{ path: "name", fieldRef: { apiVersion: "v1", ...items[0]?.fieldRef } }];
  const volumes: readonly Volume[] = [
    { name: "a", secret: { secretName: "s", defaultMode: 0o400 } },
    { name: "b", downwardAPI: { items } },
    {
      name: "c",
      projected: {
        sources: [
          { downwardAPI: { items } },
          { serviceAccountToken: { path: "token" } },
          { secret: { name: "s" } },
        ],
      },
    },
  ];
  assert.deepEqual(defaulted({ volumes }).volumes, [
    { name: "a", secret: { secretName: "s", defaultMode: 0o400 } },
    { name: "b", downwardAPI: { defaultMode: 0o644, items: defaultedItems } },
    {
      name: "c",
      projected: {
        defaultMode: 0o644,
        sources: [
          { downwardAPI: { items: defaultedItems } },
          { serviceAccountToken: { path: "token", expirationSeconds: 3_600 } },
          { secret: { name: "s" } },
        ],
      },
    },
  ]);
});
