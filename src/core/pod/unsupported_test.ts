/** Which fields a pod is refused for. */
import assert from "node:assert/strict";
import { pod, type PodBuilder } from "../../../tests/fakes/pods.ts";
import { unsupportedFields, unsupportedInEphemeral } from "./unsupported.ts";

const web = pod("web");
const cases: readonly [name: string, pod: PodBuilder, fields: readonly string[]][] = [
  ["a bare pod", web, []],
  [
    "everything that is supported",
    web.container("main", {
      resources: { limits: { cpu: "1", memory: "1Mi" } },
      volumeMounts: [{ name: "data", mountPath: "/data", recursiveReadOnly: "Disabled" }],
      env: [{ name: "A", value: "b" }],
      startupProbe: { exec: { command: ["true"] } },
      livenessProbe: { grpc: { port: 1, service: "" } },
      readinessProbe: { httpGet: { port: "a", httpHeaders: [{ name: "A", value: "b" }] } },
    }).volume("data", { emptyDir: { medium: "Memory" } }).sidecar("side"),
    [],
  ],
  [
    "fields of containers, each by its container's index",
    web.container("a").container("b", {
      volumeDevices: [{ name: "disk", devicePath: "/dev/xvda" }],
      restartPolicyRules: [{ action: "Restart" }, { action: "RestartAllContainers" }],
    }),
    ["spec.containers[1].volumeDevices", "spec.containers[1].restartPolicyRules[1].action"],
  ],
  [
    "other resources, by their names",
    web.container("a", {
      resources: { limits: { cpu: "1", "gpu.example/one": "1", "hugepages-2Mi": "2Mi" } },
    }),
    [
      "spec.containers[0].resources.limits.hugepages-2Mi",
      "spec.containers[0].resources.requests.hugepages-2Mi",
    ],
  ],
  [
    "what a pod may not ask for as a whole",
    web.spec({ resources: { requests: { cpu: "1", "hugepages-2Mi": "2Mi", "a.b/c": "1" } } }),
    ["spec.resources.requests.hugepages-2Mi", "spec.resources.requests[a.b/c]"],
  ],
  [
    "values from elsewhere",
    web.container("a", {
      env: [{ name: "B", valueFrom: { secretKeyRef: { name: "s", key: "k", optional: true } } }],
      envFrom: [{ configMapRef: { name: "c" }, prefix: "C_" }],
    }),
    [],
  ],
  [
    "volumes of storage that there is none of",
    web.volume("a", { configMap: { name: "c" } })
      .volume("b", { emptyDir: { medium: "HugePages" } })
      .volume("c", { persistentVolumeClaim: { claimName: "c" } })
      .volume("d", {
        projected: {
          sources: [
            { serviceAccountToken: { path: "t" } },
            { clusterTrustBundle: { path: "ca", name: "x" } },
          ],
        },
      }),
    [
      "spec.volumes[1].emptyDir.medium",
      "spec.volumes[2].persistentVolumeClaim",
      "spec.volumes[3].projected.sources[1].clusterTrustBundle",
    ],
  ],
  [
    "a security context for another system",
    web.spec({ securityContext: { runAsUser: 1, windowsOptions: { hostProcess: true } } })
      .container("a", { securityContext: { privileged: true, windowsOptions: {} } }),
    ["spec.securityContext.windowsOptions"],
  ],
  [
    "lists and maps without anything in them",
    web.spec({
      imagePullSecrets: [],
      nodeSelector: {},
      affinity: {},
      serviceAccountName: "",
      automountServiceAccountToken: false,
      hostUsers: true,
    }),
    [],
  ],
  [
    "what only a server or a scheduler reads",
    web.spec({
      nodeName: "edge-1",
      priority: 5,
      tolerations: [{ operator: "Exists", tolerationSeconds: 5 }],
      affinity: { podAffinity: {}, podAntiAffinity: {} },
      topologySpreadConstraints: [{ maxSkew: 1, topologyKey: "a", whenUnsatisfiable: "b" }],
    }),
    [],
  ],
  [
    "an account and what comes with it",
    web.spec({
      automountServiceAccountToken: true,
      serviceAccount: "robot",
      serviceAccountName: "robot",
      imagePullSecrets: [{ name: "pull" }],
    }),
    [],
  ],
];

for (const [name, builder, fields] of cases) {
  Deno.test(`unsupported fields: ${name}`, () => {
    assert.deepEqual(unsupportedFields(builder.build()), fields);
  });
}

Deno.test("what an ephemeral container asks for counts against it alone", () => {
  const built = web.spec({
    ephemeralContainers: [
      { name: "fine", image: "a:1", targetContainerName: "main" },
      { name: "disk", image: "a:1", volumeDevices: [{ name: "a", devicePath: "/dev/a" }] },
    ],
  }).build();
  assert.deepEqual(unsupportedFields(built), []);
  const found = ["fine", "disk", "main"].map((name) => unsupportedInEphemeral(built, { name }));
  assert.deepEqual(found, [[], ["spec.ephemeralContainers[1].volumeDevices"], []]);
});

Deno.test("what the server keeps in metadata is no reason", () => {
  const { metadata, ...rest } = web.labels({ app: "web" }).annotations({ a: "b" }).build();
  const kept = {
    ...metadata,
    resourceVersion: "7",
    managedFields: [{ manager: "m" }],
    deletionTimestamp: "2030-01-01T00:00:00Z",
  };
  assert.deepEqual(unsupportedFields({ ...rest, metadata: kept }), []);
});
