/** Runs all scenarios on both nodes, some side by side, and gives what differs. */
import type { Api } from "./api.ts";
import { compare, type Difference } from "./compare.ts";
import { type ComparedNode, type Outcome, runScenario } from "./run_scenario.ts";
import type { Scenario } from "./scenario.ts";

export interface Verdict {
  readonly scenario: Scenario;
  readonly differences: readonly Difference[];
  readonly kubelet: Outcome;
  readonly skerry: Outcome;
}

/** The two nodes; the kubelet may also be compared with another kubelet. */
export interface ComparedNodes {
  readonly kubelet: ComparedNode;
  readonly skerry: ComparedNode;
}

/** Calls `tell` with each verdict as it is reached. */
export async function runAll(
  scenarios: readonly Scenario[],
  { api, nodes, parallel, tell }: {
    readonly api: Api;
    readonly nodes: ComparedNodes;
    readonly parallel: number;
    readonly tell: (verdict: Verdict) => void;
  },
): Promise<void> {
  const waiting = [...scenarios];
  async function work(): Promise<void> {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      tell(await judge(next, { api, nodes }));
    }
  }
  await Promise.all(Array.from({ length: parallel }, work));
}

async function judge(
  scenario: Scenario,
  { api, nodes }: { readonly api: Api; readonly nodes: ComparedNodes },
): Promise<Verdict> {
  const [kubelet, skerry] = await Promise.all([
    runScenario(scenario, nodes.kubelet, api),
    runScenario(scenario, nodes.skerry, api),
  ]);
  const failures = kubelet.failure === skerry.failure ? [] : [{
    where: "end",
    kubelet: kubelet.failure ?? "-",
    skerry: skerry.failure ?? "-",
  }];
  const recordings = { kubelet: kubelet.recording, skerry: skerry.recording };
  return { scenario, kubelet, skerry, differences: [...failures, ...compare(recordings)] };
}
