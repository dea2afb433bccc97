/**
 * `deno task differential`: the same pods on the real kubelet and on Skerry, under one real control plane, and what a watch
 * shows of them compared. Exits with 1 when fewer are the same than the target says.
 *
 * Options: `--only NAME,NAME` runs some of the scenarios; `--self` compares the kubelet with another kubelet, which tells how
 * much of what differs is chance; `--parallel N` runs so many side by side.
 */
import { parseArgs } from "node:util";
import { buildBundle } from "../bench/build.ts";
import { labAgent } from "../lab/agent.ts";
import { type Cluster, startCluster } from "../lab/cluster.ts";
import { isNodeReady, labKubelet } from "../lab/kubelet.ts";
import { type Lab, startLab } from "../lab/lab.ts";
import { waitUntil } from "../lab/processes.ts";
import { createApi } from "./api.ts";
import { summary, verdictLines } from "./report.ts";
import { runAll, type Verdict } from "./run_all.ts";
import { SCENARIOS } from "./scenarios.ts";

const DEFAULT_PARALLEL = 6;
const RESULTS = new URL("../../dist/differential.json", import.meta.url).pathname;

const NODE_READY_TIMEOUT_MS = 60_000;

const { values } = parseArgs({
  options: {
    only: { type: "string" },
    self: { type: "boolean" },
    parallel: { type: "string" },
  },
});

async function startSkerry(machine: Lab, cluster: Cluster): Promise<AsyncDisposable> {
  await buildBundle();
  const agent = await labAgent(machine, {
    nodeName: "node-s",
    kubeconfig: await cluster.nodeKubeconfig("node-s"),
    kubelet: { enforceNodeAllocatable: [] },
    flags: [`--node-ip=${machine.nodeAddress}`],
  });
  await agent.start();
  const ready = await waitUntil(() => isNodeReady(cluster, "node-s"), {
    timeoutMs: NODE_READY_TIMEOUT_MS,
  });
  if (!ready) throw new Error(`Skerry's node does not become Ready; its log: ${agent.logPath}`);
  return { [Symbol.asyncDispose]: agent.stop };
}

async function startOtherKubelet(machine: Lab, cluster: Cluster): Promise<AsyncDisposable> {
  const kubelet = await labKubelet(machine, cluster, { nodeName: "node-s" });
  await kubelet.start();
  return kubelet;
}

function chosen(): typeof SCENARIOS {
  const names = values.only?.split(",");
  return names === undefined ? SCENARIOS : SCENARIOS.filter(({ name }) => names.includes(name));
}

await using lab = await startLab();
await using cluster = await startCluster(lab);
await using machine = await startLab({ nodeAddress: "10.99.0.2" });
await cluster.connect(machine);
await using kubelet = await labKubelet(lab, cluster, { nodeName: "node-k" });
await kubelet.start();
await using _other = await (values.self ? startOtherKubelet : startSkerry)(machine, cluster);
const verdicts: Verdict[] = [];
await runAll(chosen(), {
  api: createApi(cluster.fetch),
  nodes: {
    kubelet: { kind: "kubelet", name: "node-k" },
    skerry: { kind: "skerry", name: "node-s" },
  },
  parallel: Number(values.parallel ?? DEFAULT_PARALLEL),
  tell: (verdict) => {
    verdicts.push(verdict);
    console.log(verdictLines(verdict).join("\n"));
    Deno.writeTextFileSync(RESULTS, JSON.stringify(verdicts, null, 1));
  },
});
const { line, ok } = summary(verdicts);
console.log(line);
Deno.exitCode = ok ? 0 : 1;
