/** A lab with an agent and a bystander: a pod that must run on, untouched, whatever goes wrong beside it. */
import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import { type AgentOptions, type LabAgent, labAgent } from "../../lab/agent.ts";
import { type Lab, startLab } from "../../lab/lab.ts";
import { waitUntil } from "../../lab/processes.ts";
import { findPod, idOf, row, until, untilRow } from "../expect.ts";
import { FOREVER, scriptPod } from "../manifest.ts";
import { pidOf } from "../traces.ts";

/** A record of the agent's log, in the kubelet's JSON format. */
export interface LogRecord {
  readonly level: string;
  readonly msg: string;
  readonly [field: string]: unknown;
}

export interface Stage extends AsyncDisposable {
  readonly lab: Lab;
  readonly agent: LabAgent;
  /** Runs a step of the test: what the agent complains of is counted from here, and at the end the bystander is looked at. */
  step(t: Deno.TestContext, name: string, work: () => Promise<void>): Promise<void>;
  /** What the agent complained of (errors and warnings) since the step began. */
  complaints(): Promise<readonly LogRecord[]>;
  /** Waits for a complaint and throws unless it stays the only one of the step. Gives its text. */
  onlyComplaint(): Promise<string>;
}

export interface StageOptions extends AgentOptions {
  /** What to do on the lab before the agent starts. */
  readonly prepare?: (parts: { readonly lab: Lab; readonly agent: LabAgent }) => Promise<void>;
}

/** A cluster DNS, for without one every pod is warned of. */
const COMMON = { logging: { format: "json" }, clusterDNS: ["10.96.0.10"] };
const BYSTANDER = "bystander-edge-1";
const LOOK_TIMEOUT_MS = 30_000;
/** So long a complaint has to show itself again, if it is one that comes again and again. */
const quietMs = 1_500;

export async function startStage({ prepare, ...options }: StageOptions = {}): Promise<Stage> {
  const lab = await startLab();
  try {
    const kubelet = { ...COMMON, ...options.kubelet };
    const agent = await labAgent(lab, { ...options, kubelet });
    await prepare?.({ lab, agent });
    await agent.start();
    await agent.apply("bystander.yaml", scriptPod("bystander", FOREVER));
    await untilRow(agent, BYSTANDER, "1/1 Running");
    return stage({ lab, agent, bystander: await fingerprint({ lab, agent }) });
  } catch (error) {
    await lab.stop();
    throw error;
  }
}

function stage(
  { lab, agent, bystander }: Pick<Stage, "lab" | "agent"> & { readonly bystander: unknown },
): Stage {
  let seen = 0;

  async function records(): Promise<readonly LogRecord[]> {
    const lines = (await Deno.readTextFile(agent.logPath)).split("\n").filter(Boolean);
    return lines.map(parsed);
  }

  async function complaints(): Promise<readonly LogRecord[]> {
    return (await records()).slice(seen).filter(({ level }) => level !== "info");
  }

  return {
    lab,
    agent,
    complaints,
    async step(t, name, work) {
      await t.step(name, async () => {
        seen = (await records()).length;
        await work();
        // An agent that has just been started may not have looked at it yet.
        await waitUntil(
          async () => isDeepStrictEqual(await fingerprint({ lab, agent }), bystander),
          { timeoutMs: LOOK_TIMEOUT_MS },
        );
        assert.deepEqual(await fingerprint({ lab, agent }), bystander, "the bystander");
      });
    },
    async onlyComplaint() {
      await until("the agent complains", async () => (await complaints()).length > 0);
      await new Promise((resolve) => setTimeout(resolve, quietMs));
      const all = (await complaints()).map((record) => JSON.stringify(record));
      assert.equal(all.length, 1, `expected one complaint:\n${all.join("\n")}`);
      return all[0] ?? "";
    },
    [Symbol.asyncDispose]: () => lab.stop(),
  };
}

/** A line that is no record is something that the runtime printed: nothing of that kind is expected. */
function parsed(line: string): LogRecord {
  try {
    return JSON.parse(line);
  } catch {
    return { level: "unstructured", msg: line };
  }
}

/** What must not change of the bystander: its container, the process in it, and that it was never restarted. */
async function fingerprint({ lab, agent }: Pick<Stage, "lab" | "agent">): Promise<unknown> {
  const pod = await findPod(agent, BYSTANDER);
  if (pod === undefined) return "gone";
  // What an agent says that has not yet looked at the runtime.
  if (pod.status?.containerStatuses === undefined) return "no containers yet";
  const id = idOf(pod);
  const restarts = pod.status.containerStatuses[0]?.restartCount;
  return { id, pid: await pidOf(lab, id), restarts, row: row(pod), uid: pod.metadata.uid };
}
