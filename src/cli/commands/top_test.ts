/** `skerry top` in all its outputs. */
import { deepEqual, equal, match } from "node:assert/strict";
import { runCommand } from "../../../tests/fakes/command_line.ts";
import { startFakeAgent } from "../../../tests/fakes/control.ts";
import type { ContainerStats, PodStats } from "../../core/stats/summary_api.ts";
import type { TopView } from "../../server/control/control_api.ts";

const time = "2026-01-01T00:00:00Z";
const mebibyte = 1024 ** 2;

function used(usageNanoCores: number, mebibytes: number): Pick<ContainerStats, "cpu" | "memory"> {
  return {
    cpu: { time, usageNanoCores, usageCoreNanoSeconds: 1 },
    memory: { time, workingSetBytes: mebibytes * mebibyte },
  };
}

function pod(
  [namespace, name]: readonly [string, string],
  containers: readonly Pick<ContainerStats, "name" | "cpu" | "memory">[],
): PodStats {
  return {
    podRef: { namespace, name, uid: `${name}-uid` },
    startTime: time,
    containers: containers.map((container) => ({ startTime: time, ...container })),
    // With what the sandbox uses; kubectl shows the sum of the containers.
    ...used(900_000_000, 900),
  };
}

const view: TopView = {
  summary: {
    node: { nodeName: "pi-1", startTime: time, ...used(500_000_001, 256) },
    pods: [
      pod(["default", "web"], [
        { name: "main", ...used(1_500_000, 20) },
        { name: "log", ...used(0, 5) },
      ]),
      pod(["base", "db"], [{ name: "main", ...used(1_000_000, 100) }]),
    ],
  },
  capacity: { milliCpu: 2000, memoryBytes: 1024 * mebibyte },
};

const agent = () => startFakeAgent({ top: () => Promise.resolve(view) });

const tables: readonly (readonly [args: readonly string[], stdout: string])[] = [
  [
    ["node"],
    `NAME   CPU(cores)   CPU(%)   MEMORY(bytes)   MEMORY(%)
pi-1   501m         25%      256Mi           25%
`,
  ],
  [
    ["pods"],
    `NAMESPACE   NAME   CPU(cores)   MEMORY(bytes)
base        db     1m           100Mi
default     web    2m           25Mi
`,
  ],
  [
    ["pods", "--sort-by", "cpu"],
    `NAMESPACE   NAME   CPU(cores)   MEMORY(bytes)
default     web    2m           25Mi
base        db     1m           100Mi
`,
  ],
  [
    ["pod", "-n", "default", "--containers"],
    `NAMESPACE   POD   NAME   CPU(cores)   MEMORY(bytes)
default     web   main   2m           20Mi
default     web   log    0m           5Mi
`,
  ],
];

for (const [args, stdout] of tables) {
  Deno.test(`skerry top ${args.join(" ")}`, async () => {
    await using fake = await agent();
    const result = await runCommand(["top", ...args, "--socket", fake.socket]);
    deepEqual(result, { code: 0, stdout, stderr: "" });
  });
}

Deno.test("skerry top: programs get what the Summary API tells", async () => {
  await using fake = await agent();
  const run = async (what: string) =>
    JSON.parse((await runCommand(["top", what, "-o", "json", "--socket", fake.socket])).stdout);
  deepEqual(await run("node"), JSON.parse(JSON.stringify(view.summary.node)));
  deepEqual(await run("pods"), JSON.parse(JSON.stringify(view.summary.pods)));
});

Deno.test("skerry top: where nothing runs, that is said beside the output", async () => {
  await using fake = await agent();
  const run = (...args: string[]) => runCommand(["top", "pods", ...args, "--socket", fake.socket]);
  const { stdout, stderr } = await run("-n", "shop");
  deepEqual([stdout, stderr], ["", 'No pods run in namespace "shop" on this node.\n']);
});

Deno.test("skerry top: an unknown order is refused with those that there are", async () => {
  const { code, stderr } = await runCommand(["top", "pods", "--sort-by", "name"]);
  equal(code, 2);
  match(stderr, /cpu, memory/);
});
