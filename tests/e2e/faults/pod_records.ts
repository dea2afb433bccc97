/** Everything there is to say of a pod that is not as it should be: for the message of a test that fails. */
import { systemClock } from "../../../src/adapters/clock.ts";
import { connectCri } from "../../../src/adapters/cri/connect.ts";
import type { Pod } from "../../../src/core/k8s.ts";
import { fakeLog } from "../../fakes/log.ts";
import type { LabAgent } from "../../lab/agent.ts";
import type { Lab } from "../../lab/lab.ts";

/** The pod's status, its sandboxes and containers as CRI shows them, its log files, and the agent's log of it. */
export async function podRecords(
  { lab, agent }: { readonly lab: Lab; readonly agent: LabAgent },
  { metadata, status }: Pod,
): Promise<string> {
  return [
    `status ${JSON.stringify(status?.containerStatuses)}`,
    ...await runtimeRecords(lab, metadata.uid),
    ...logFiles(agent, metadata.uid),
    ...await agentLines(agent, metadata),
  ].join("\n");
}

async function runtimeRecords(lab: Lab, podUid: string): Promise<readonly string[]> {
  const { runtime, close } = connectCri({
    endpoint: lab.endpoint,
    clock: systemClock(),
    log: fakeLog(),
  });
  try {
    const [sandboxes, containers] = await Promise.all([
      runtime.listSandboxes({ podUid }),
      runtime.listContainers({ podUid }),
    ]);
    // What is gone meanwhile is shown as it was listed.
    const records = await Promise.all(
      containers.map((summary) => runtime.container(summary.id).catch(() => summary)),
    );
    return [
      ...sandboxes.map((sandbox) => `sandbox ${JSON.stringify(sandbox)}`),
      ...records.map((record) => `container ${JSON.stringify(record)}`),
    ];
  } finally {
    close();
  }
}

function logFiles({ podLogsDir }: LabAgent, uid: string): readonly string[] {
  return [...Deno.readDirSync(podLogsDir)].filter(({ name }) => name.endsWith(uid)).flatMap((pod) =>
    [...Deno.readDirSync(`${podLogsDir}/${pod.name}`)].flatMap((container) => {
      const folder = `${podLogsDir}/${pod.name}/${container.name}`;
      return [...Deno.readDirSync(folder)].map(({ name }) =>
        `log ${container.name}/${name}: ${Deno.statSync(`${folder}/${name}`).size} bytes`
      );
    })
  );
}

async function agentLines(
  { logPath }: LabAgent,
  { name, uid }: Pod["metadata"],
): Promise<readonly string[]> {
  const lines = (await Deno.readTextFile(logPath)).split("\n");
  return lines.filter((line) => line.includes(uid) || line.includes(`/${name}`));
}
