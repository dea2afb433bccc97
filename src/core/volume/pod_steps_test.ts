/** What a pod needs on disk. */
import assert from "node:assert/strict";
import { node as testNode } from "../../../tests/fakes/node.ts";
import { pod } from "../../../tests/fakes/pods.ts";
import type { Container, Volume } from "../k8s.ts";
import { containerSteps, hostsSteps, podSteps, volumeSteps } from "./pod_steps.ts";
import type { FileStep } from "./step.ts";

const node = testNode();
const web = pod("web").uid("u1");
const pluginDirs = "/var/lib/skerry/pods/u1/volumes/kubernetes.io~";
const volumes = `${pluginDirs}empty-dir`;
const disk: FileStep = { kind: "MakeDirectory", path: `${volumes}/v`, mode: 0o777 };
const memory = (sizeBytes: number): readonly FileStep[] => [
  disk,
  { kind: "MountTmpfs", path: `${volumes}/v`, sizeBytes, mode: 0o1777 },
];

const cases: readonly [name: string, Omit<Volume, "name">, readonly FileStep[]][] = [
  ["emptyDir on disk", { emptyDir: {} }, [disk]],
  ["emptyDir with a limit, which is measured", { emptyDir: { sizeLimit: "1Mi" } }, [disk]],
  [
    "emptyDir in memory, as large as the node's",
    { emptyDir: { medium: "Memory" } },
    memory(1024 ** 3),
  ],
  [
    "emptyDir in memory with a limit",
    { emptyDir: { medium: "Memory", sizeLimit: "1Mi" } },
    memory(1024 ** 2),
  ],
  [
    "emptyDir in memory with a limit beyond the node's",
    { emptyDir: { medium: "Memory", sizeLimit: "8Gi" } },
    memory(1024 ** 3),
  ],
  [
    "emptyDir in memory with a limit of zero, which is none",
    { emptyDir: { medium: "Memory", sizeLimit: "0" } },
    memory(1024 ** 3),
  ],
  ["hostPath that is not checked", { hostPath: { path: "/data", type: "" } }, []],
  ["hostPath with a type", { hostPath: { path: "/data", type: "DirectoryOrCreate" } }, [
    { kind: "CheckHostPath", path: "/data", type: "DirectoryOrCreate" },
  ]],
];

for (const [name, source, steps] of cases) {
  Deno.test(`volume: ${name}`, () => {
    const given = web.volume("v", source).build();
    assert.deepEqual(volumeSteps({ pod: given, node }).map((each) => each.steps), [steps]);
  });
}

const managed: readonly [dir: string, Omit<Volume, "name">, inMemory: boolean][] = [
  ["configmap/v", { configMap: { name: "c" } }, false],
  ["secret/v", { secret: { secretName: "s" } }, true],
  ["downward-api/v", { downwardAPI: {} }, true],
  ["projected/v", { projected: {} }, true],
];
for (const [dir, source, inMemory] of managed) {
  Deno.test(`${dir.slice(0, -2)} volumes lie ${inMemory ? "in memory" : "on disk"}`, () => {
    const path = pluginDirs + dir;
    const [volume] = volumeSteps({ pod: web.volume("v", source).build(), node });
    assert.equal(volume?.dir, path);
    assert.deepEqual(volume.steps, [
      { kind: "MakeDirectory", path, mode: 0o777 },
      ...(inMemory
        ? [{ kind: "MountTmpfs", path, sizeBytes: 1024 ** 3, mode: 0o1777 } as const]
        : []),
    ]);
  });
}

Deno.test("places for the volumes that are mounted inside a filled one are made beforehand", () => {
  const volumeMounts = [
    { name: "v", mountPath: "/etc/app" },
    { name: "w", mountPath: "/etc/app/cache" },
  ];
  const given = web.volume("v", { configMap: { name: "c" } }).volume("w")
    .container("main", { volumeMounts });
  const [volume] = volumeSteps({ pod: given.build(), node });
  const path = `${pluginDirs}configmap/v/cache`;
  assert.deepEqual(volume?.steps.at(-1), { kind: "MakeDirectory", path, mode: 0o755 });
});

Deno.test("an emptyDir is given to the pod's group once", () => {
  const given = web.spec({ securityContext: { fsGroup: 2000 } }).volume("v");
  const [volume] = volumeSteps({ pod: given.build(), node });
  const path = `${volumes}/v`;
  assert.deepEqual(volume?.steps, [
    disk,
    { kind: "SetGroup", path, gid: 2000, writable: true, unlessTopIs: true },
  ]);
});

Deno.test("a volume in memory is no larger than the memory of a pod that is limited", () => {
  const limited: Partial<Container> = { resources: { limits: { memory: "1Mi" } } };
  const source = { emptyDir: { medium: "Memory", sizeLimit: "4Mi" } };
  const sized = (given: typeof web): readonly FileStep[] | undefined =>
    volumeSteps({ pod: given.volume("v", source).build(), node })[0]?.steps;
  assert.deepEqual(
    sized(web.container("a", limited).container("b", limited)),
    memory(2 * 1024 ** 2),
  );
  assert.deepEqual(sized(web.container("a", limited).container("b")), memory(4 * 1024 ** 2));
});

Deno.test("a pod has a directory of its own, and one for its logs", () => {
  assert.deepEqual(podSteps({ pod: web.build(), node }), [
    { kind: "MakeDirectory", path: "/var/lib/skerry/pods/u1", mode: 0o750 },
    { kind: "MakeDirectory", path: "/var/log/pods/default_web_u1", mode: 0o755 },
  ]);
});

Deno.test("the hosts file is written once the pod has an address", () => {
  assert.deepEqual(hostsSteps({ pod: web.build(), node, podIps: [] }), []);
  const [step, ...more] = hostsSteps({ pod: web.build(), node, podIps: ["10.0.0.2"] });
  assert.ok(step?.kind === "WriteFile" && more.length === 0);
  assert.equal(step.path, "/var/lib/skerry/pods/u1/etc-hosts");
  assert.equal(step.mode, 0o644);
  assert.match(String(step.content), /^10\.0\.0\.2\tweb$/m);
});

Deno.test("each run of a container has a file for its last words", () => {
  const steps = (container: Container): readonly FileStep[] =>
    containerSteps({ pod: web.build(), container, attempt: 2, node });
  const logs: FileStep = {
    kind: "MakeDirectory",
    path: "/var/log/pods/default_web_u1/main",
    mode: 0o755,
  };
  const path = "/var/lib/skerry/pods/u1/containers/main/2";
  assert.deepEqual(steps({ name: "main", terminationMessagePath: "/dev/termination-log" }), [
    logs,
    { kind: "MakeDirectory", path: "/var/lib/skerry/pods/u1/containers/main", mode: 0o750 },
    { kind: "WriteFile", path, content: "", mode: 0o666 },
  ]);
  assert.deepEqual(steps({ name: "main", terminationMessagePath: "" }), [logs]);
});
