/** What the configuration says of the node of a cluster. */
import assert from "node:assert/strict";
import {
  configurationOf,
  type Given,
  kubeletDocument,
  problemsOf,
  skerryDocument,
} from "../../../tests/fakes/configuration_files.ts";
import { evictionThresholds } from "../../core/node/eviction_threshold.ts";
import { resourceList } from "../../core/node/resource_list.ts";
import type { Configuration } from "./configuration.ts";

function file(...fields: readonly string[]): Given {
  return { files: { "/etc/skerry/config.yaml": kubeletDocument(...fields) } };
}

/** What is given, and the part of the settings that it decides. */
const CASES: Readonly<
  Record<string, readonly [given: Given, expected: Partial<Configuration["cluster"]>]>
> = {
  "zero stands for the default where Go cannot tell it from nothing": [
    file(
      "maxPods: 0",
      "nodeLeaseDurationSeconds: 0",
      "nodeStatusUpdateFrequency: 0s",
      "eventBurst: 0",
    ),
    {
      limits: { maxPods: 110, podsPerCore: 0 },
      leaseDurationSeconds: 40,
      updateMs: 10_000,
      events: { perSecond: 50, burst: 100 },
    },
  ],
  "a status that is looked at as often as configured is sent as often": [
    file("nodeStatusUpdateFrequency: 20s"),
    { updateMs: 20_000, reportMs: 20_000 },
  ],
  "unless that is configured too": [
    file("nodeStatusUpdateFrequency: 20s", "nodeStatusReportFrequency: 1m"),
    { updateMs: 20_000, reportMs: 60_000 },
  ],
  "the node's labels, taints and provider": [
    {
      flags: { nodeLabels: ["site=roof"], registerWithTaints: ["edge=true:NoSchedule"] },
      files: {
        "/etc/skerry/config.yaml":
          kubeletDocument("providerID: edge://1", "enableControllerAttachDetach: false") +
          "---\n" + skerryDocument("nodeLabels: {site: cellar, other: x}"),
      },
    },
    {
      registration: {
        labels: { site: "roof" },
        taints: [{ key: "edge", value: "true", effect: "NoSchedule" }],
        providerId: "edge://1",
        controllerAttachDetach: false,
      },
    },
  ],
  "a map that a flag gives takes the file's place": [
    {
      ...file("kubeReserved: {cpu: 100m, memory: 1Gi}", "systemReserved: {cpu: 50m}"),
      flags: { kubeReserved: ["memory=2Gi"] },
    },
    {
      reservations: {
        kube: resourceList({ memory: "2Gi" }),
        system: resourceList({ cpu: "50m" }),
        evictionHard: evictionThresholds({
          "memory.available": "100Mi",
          "nodefs.available": "10%",
          "nodefs.inodesFree": "5%",
          "imagefs.available": "15%",
          "imagefs.inodesFree": "5%",
        }),
      },
    },
  ],
  "without enforcement pods together have no limit": [
    file("enforceNodeAllocatable: []"),
    { enforcePods: false },
  ],
  "somebody else may create the Node": [{ flags: { registerNode: "false" } }, { register: false }],
};

for (const [name, [given, expected]] of Object.entries(CASES)) {
  Deno.test(name, async () => {
    const { cluster } = await configurationOf(given);
    assert.deepEqual({ ...cluster, ...expected }, cluster);
  });
}

Deno.test("configured thresholds take the place of the defaults, unless these are to be merged", async () => {
  const hard = async (...fields: readonly string[]) =>
    (await configurationOf(file(...fields))).cluster.reservations.evictionHard
      .map(({ signal }) => signal);
  const set = "evictionHard: {pid.available: 10%}";
  assert.deepEqual(await hard(set), ["pid.available"]);
  assert.deepEqual(await hard("evictionHard: {}"), []);
  assert.deepEqual(await hard(set, "mergeDefaultEvictionSettings: true"), [
    "memory.available",
    "nodefs.available",
    "nodefs.inodesFree",
    "imagefs.available",
    "imagefs.inodesFree",
    "pid.available",
  ]);
});

Deno.test("labels that no node may give itself are refused, and those that are none", async () => {
  const [name = "", value = "", forbidden = ""] = await problemsOf({
    flags: { nodeLabels: ["node-role.kubernetes.io/edge=", "-a=b", "c=-"] },
  });
  assert.match(
    forbidden,
    /^--node-labels: "node-role.kubernetes.io\/edge": a node may not give itself this label; .*kubelet\.kubernetes\.io and node\.kubernetes\.io/,
  );
  assert.match(name, /^--node-labels: "-a": name part must consist of /);
  assert.match(value, /^--node-labels: "c": the value "-": a valid label must be /);
});

Deno.test("flags that cannot be read say what was expected", async () => {
  const flags = { kubeReserved: ["cpu:1"], registerWithTaints: ["a"], evictionHard: ["m"] };
  assert.deepEqual(await problemsOf({ flags }), [
    "--eviction-hard: expected a list such as memory.available<100Mi,nodefs.available<10%, " +
    'found "m"',
    '--kube-reserved: expected a list such as cpu=200m,memory=500Mi, found "cpu:1"',
    '--register-with-taints: expected a list such as edge=true:NoSchedule,slow:NoExecute, found "a"',
  ]);
});

Deno.test("of two addresses none may stand for its family", async () => {
  assert.deepEqual(await problemsOf({ flags: { nodeIp: ["::", "192.0.2.1"] } }), [
    "--node-ip: expected no 0.0.0.0 or :: among two addresses, found ::,192.0.2.1",
  ]);
});
