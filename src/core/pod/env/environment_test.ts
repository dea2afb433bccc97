/** Environments of containers: what they are made from, and what goes before what. */
import assert from "node:assert/strict";
import { pod, type PodBuilder } from "../../../../tests/fakes/pods.ts";
import type { Container } from "../../k8s.ts";
import type { Result } from "../../result.ts";
import type { Lookup } from "../lookup.ts";
import { containerEnvironment, type EnvironmentSources } from "./environment.ts";
import type { ServiceLink } from "./service_env.ts";

const configMaps = new Map([
  ["conf", { data: { LEVEL: "info", WHO: "conf" }, binaryData: { RAW: "AAE=" } }],
  ["empty", {}],
]);
const secrets = new Map([["keys", { data: { TOKEN: btoa("s3cret"), WHO: btoa("keys") } }]]);

function found<T>(objects: ReadonlyMap<string, T>, name: string): Lookup<T> {
  if (name === "slow") return { kind: "Unknown", problem: "failed to sync configmap cache" };
  const object = objects.get(name);
  return object === undefined ? { kind: "Missing" } : { kind: "Found", object };
}

const sources: Omit<EnvironmentSources, "pod"> = {
  nodeIps: ["192.0.2.1", "2001:db8::1"],
  podIps: ["10.0.0.2", "fd00::2"],
  objects: {
    configMap: (name) => found(configMaps, name),
    secret: (name) => found(secrets, name),
  },
  services: [],
  allocatable: { cpu: "1900m", memory: "900Mi", "ephemeral-storage": "10Gi" },
  files: new Map([["files/app.env", "A='1'\n"]]),
};

const web = pod("web").spec({ nodeName: "edge-1", serviceAccountName: "robot" })
  .labels({ app: "shop" }).annotations({ "example.com/note": "hi" });

function environment(
  fields: Partial<Container>,
  { builder = web, ...more }: Partial<EnvironmentSources> & { readonly builder?: PodBuilder } = {},
): Result<Readonly<Record<string, string>>> {
  const built = builder.container("main", fields).build();
  const container = built.spec.containers.at(-1);
  assert.ok(container);
  const result = containerEnvironment(container, { ...sources, pod: built, ...more });
  return result.ok ? { ok: true, value: Object.fromEntries(result.value) } : result;
}

function envOf(...given: Parameters<typeof environment>): Readonly<Record<string, string>> {
  const result = environment(...given);
  assert.ok(result.ok, result.ok ? "" : result.error);
  return result.value;
}

type Variable = NonNullable<Container["env"]>[number];

function from(valueFrom: Variable["valueFrom"]): Partial<Container> {
  return { env: [{ name: "V", ...(valueFrom && { valueFrom }) }] };
}

Deno.test("a variable refers to those above it only", () => {
  const env = [
    { name: "LATE", value: "$(EARLY)" },
    { name: "EARLY", value: "1" },
    { name: "SELF", value: "$(SELF)" },
    { name: "THEN", value: "$(EARLY)" },
  ];
  assert.deepEqual(envOf({ env }), { LATE: "$(EARLY)", EARLY: "1", SELF: "$(SELF)", THEN: "1" });
});

Deno.test("of two variables with one name the later holds, and may build on the earlier", () => {
  const env = [
    { name: "PATH", value: "/bin" },
    { name: "OTHER", value: "$(PATH)" },
    { name: "PATH", value: "/opt:$(PATH)" },
  ];
  assert.deepEqual(envOf({ env }), { PATH: "/opt:/bin", OTHER: "/bin" });
});

Deno.test("a variable without a value is empty", () => {
  const env = [{ name: "A" }, { name: "B", value: "[$(A)]" }];
  assert.deepEqual(envOf({ env }), { A: "", B: "[]" });
});

Deno.test("references that multiply each other are refused before they fill the memory", () => {
  const env = Array.from({ length: 60 }, (_, level) => ({
    name: `V${level}`,
    value: level === 0 ? "x".repeat(100) : `$(V${level - 1})`.repeat(10),
  }));
  assert.deepEqual(environment({ env }), {
    ok: false,
    error: 'the references in env of container "main" expand to more than 6291456 characters',
  });
});

Deno.test("whole objects come first: a later one hides an earlier, a variable of its own hides both", () => {
  const envFrom = [
    { configMapRef: { name: "conf" } },
    { secretRef: { name: "keys" } },
    { configMapRef: { name: "conf" }, prefix: "C_" },
  ];
  assert.deepEqual(envOf({ envFrom }), {
    LEVEL: "info",
    WHO: "keys",
    TOKEN: "s3cret",
    C_LEVEL: "info",
    C_WHO: "conf",
  });
  const env = [{ name: "WHO", value: "$(TOKEN) of $(WHO)" }];
  assert.equal(envOf({ envFrom, env })["WHO"], "s3cret of keys");
});

const values: readonly [what: string, Partial<Container>, string | undefined][] = [
  ["a key of a ConfigMap", from({ configMapKeyRef: { name: "conf", key: "LEVEL" } }), "info"],
  ["a key of a Secret", from({ secretKeyRef: { name: "keys", key: "TOKEN" } }), "s3cret"],
  [
    "an optional key that is not there",
    from({ configMapKeyRef: { name: "conf", key: "NO", optional: true } }),
    undefined,
  ],
  [
    "a key of an optional Secret that is not there",
    from({ secretKeyRef: { name: "no", key: "K", optional: true } }),
    undefined,
  ],
  ["the pod's name", from({ fieldRef: { fieldPath: "metadata.name" } }), "web"],
  ["the pod's UID", from({ fieldRef: { fieldPath: "metadata.uid" } }), "web-uid"],
  ["a label", from({ fieldRef: { fieldPath: "metadata.labels['app']" } }), "shop"],
  [
    "an annotation",
    from({ fieldRef: { fieldPath: "metadata.annotations['example.com/note']" } }),
    "hi",
  ],
  ["a label that is not there", from({ fieldRef: { fieldPath: "metadata.labels['x']" } }), ""],
  ["the node's name", from({ fieldRef: { fieldPath: "spec.nodeName" } }), "edge-1"],
  ["the account", from({ fieldRef: { fieldPath: "spec.serviceAccountName" } }), "robot"],
  ["the node's address", from({ fieldRef: { fieldPath: "status.hostIP" } }), "192.0.2.1"],
  [
    "the node's addresses",
    from({ fieldRef: { fieldPath: "status.hostIPs" } }),
    "192.0.2.1,2001:db8::1",
  ],
  ["the pod's address", from({ fieldRef: { fieldPath: "status.podIP" } }), "10.0.0.2"],
  ["the pod's addresses", from({ fieldRef: { fieldPath: "status.podIPs" } }), "10.0.0.2,fd00::2"],
  ["a limit that is not set", from({ resourceFieldRef: { resource: "limits.cpu" } }), "2"],
  [
    "a key of a file",
    from({ fileKeyRef: { volumeName: "files", path: "app.env", key: "A" } }),
    "1",
  ],
  [
    "an optional key of a file that does not have it",
    from({ fileKeyRef: { volumeName: "files", path: "app.env", key: "B", optional: true } }),
    undefined,
  ],
];
for (const [what, fields, value] of values) {
  Deno.test(`a variable shows ${what}`, () => assert.equal(envOf(fields)["V"], value));
}

const failures: readonly [Partial<Container>, string][] = [
  [{ envFrom: [{ configMapRef: { name: "no" } }] }, 'configmap "no" not found'],
  [{ envFrom: [{ secretRef: { name: "no" } }] }, 'secret "no" not found'],
  [
    { envFrom: [{ configMapRef: { name: "slow", optional: true } }] },
    "failed to sync configmap cache",
  ],
  [from({ configMapKeyRef: { name: "no", key: "K" } }), 'configmap "no" not found'],
  [
    from({ configMapKeyRef: { name: "conf", key: "NO" } }),
    "couldn't find key NO in ConfigMap default/conf",
  ],
  [
    from({ configMapKeyRef: { name: "conf", key: "RAW" } }),
    "couldn't find key RAW in ConfigMap default/conf",
  ],
  [
    from({ secretKeyRef: { name: "keys", key: "toString" } }),
    "couldn't find key toString in Secret default/keys",
  ],
  [from({ fieldRef: { fieldPath: "spec.priority" } }), "unsupported fieldPath: spec.priority"],
  [
    from({ resourceFieldRef: { resource: "limits.cpu", containerName: "x" } }),
    "container x not found",
  ],
  [
    from({ fileKeyRef: { volumeName: "files", path: "no.env", key: "A" } }),
    "couldn't parse env file",
  ],
  [
    from({ fileKeyRef: { volumeName: "files", path: "app.env", key: "B" } }),
    'environment variable key "B" not found in file "app.env"',
  ],
];
for (const [fields, error] of failures) {
  Deno.test(`a container waits: ${error}`, () => {
    assert.deepEqual(environment(fields), { ok: false, error });
  });
}

Deno.test("optional objects that are not there leave nothing", () => {
  const envFrom = [
    { configMapRef: { name: "no", optional: true } },
    { secretRef: { name: "no", optional: true } },
    { configMapRef: { name: "empty" } },
  ];
  assert.deepEqual(envOf({ envFrom }), {});
});

const shop: ServiceLink = {
  namespace: "default",
  name: "shop",
  clusterIp: "10.96.0.7",
  ports: [{ name: "", port: 80, protocol: "TCP" }],
};

Deno.test("services are found behind the container's own variables, which may refer to them", () => {
  const env = [{ name: "URL", value: "http://$(SHOP_SERVICE_HOST)" }, {
    name: "SHOP_PORT",
    value: "mine",
  }];
  const seen = envOf({ env }, { services: [shop] });
  assert.equal(seen["URL"], "http://10.96.0.7");
  assert.equal(seen["SHOP_PORT"], "mine");
  assert.equal(seen["SHOP_SERVICE_PORT"], "80");
  const unlinked = { builder: web.spec({ enableServiceLinks: false }), services: [shop] };
  assert.deepEqual(envOf({}, unlinked), {});
});

Deno.test("no container starts before the services are known", () => {
  assert.deepEqual(environment({}, { services: null }), {
    ok: false,
    error: "services have not yet been read at least once, cannot construct envvars",
  });
});

Deno.test("a limit that is not set is the pod's, and the node's where the pod has none", () => {
  const asked = (containerName?: string): Partial<Container> => ({
    env: [{
      name: "V",
      valueFrom: {
        resourceFieldRef: {
          resource: "limits.memory",
          divisor: "1Mi",
          ...(containerName && { containerName }),
        },
      },
    }],
  });
  assert.equal(envOf(asked())["V"], "900");
  const limited = web.spec({ resources: { limits: { memory: "100Mi" } } });
  assert.equal(envOf(asked(), { builder: limited })["V"], "100");
  const withInit = web.initContainer("init").container("other");
  assert.equal(envOf(asked("other"), { builder: withInit })["V"], "900");
  assert.equal(envOf(asked("init"), { builder: withInit })["V"], "0");
});
