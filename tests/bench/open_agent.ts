/** An agent whose API lets everybody in: who may come in is not what is measured. */
import { type LabAgent, labAgent } from "../lab/agent.ts";
import type { Lab } from "../lab/lab.ts";
import { run } from "../lab/run.ts";
import { usage } from "./usage.ts";

export const OPEN_PORT = 10260;
const NODE = "edge-2";

/** Started; its pods are those of its own folder of manifests. */
export async function openAgent(lab: Lab, name: string): Promise<LabAgent> {
  const kubelet = {
    port: OPEN_PORT,
    healthzPort: 0,
    authentication: { anonymous: { enabled: true }, webhook: { enabled: false } },
    authorization: { mode: "AlwaysAllow" },
    logging: { format: "json" },
  };
  const agent = await labAgent(lab, { name, nodeName: NODE, kubelet });
  await agent.start();
  return agent;
}

/** A static pod's name on it. */
export function podName(name: string): string {
  return `${name}-${NODE}`;
}

/** Runs a program of this folder inside of the lab's network and gives what it prints. It trusts whatever certificate it is shown. */
export async function runInLab<T>(
  lab: Lab,
  { program, args }: { readonly program: string; readonly args: readonly string[] },
): Promise<T> {
  const path = new URL(program, import.meta.url).pathname;
  const flags = ["run", "-A", "--unsafely-ignore-certificate-errors"];
  const { stdout } = await run(lab.inside([Deno.execPath(), ...flags, path, ...args]));
  return JSON.parse(stdout);
}

const SAMPLE_MS = 100;

/** By how many MB the highest RSS of the agent meanwhile was above that before. */
export async function growth<T>(
  agent: LabAgent,
  work: () => Promise<T>,
): Promise<{ readonly mb: number; readonly result: T }> {
  const { pid } = agent;
  if (pid === undefined) throw new Error("the agent does not run");
  const before = usage(pid).rssMb;
  let highest = before;
  const timer = setInterval(() => highest = Math.max(highest, usage(pid).rssMb), SAMPLE_MS);
  try {
    const result = await work();
    return { mb: highest - before, result };
  } finally {
    clearInterval(timer);
  }
}
