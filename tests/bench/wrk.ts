/** What an agent takes of strangers that send as much as they can: Debian's wrk, inside of the lab's network. */
import type { LabAgent } from "../lab/agent.ts";
import type { Lab } from "../lab/lab.ts";
import { requireLoadParts } from "../lab/parts.ts";
import { run } from "../lab/run.ts";
import type { Figure } from "./figures.ts";
import { usage } from "./usage.ts";
import { watchRss } from "./watch_rss.ts";

const SECONDS = 10;
const CONNECTIONS = 50;

/** How strangers come. */
const crowds: Readonly<Record<string, readonly string[]>> = {
  "without credentials": [],
  "with a made-up token": ["Authorization: Bearer made-up"],
  "each with a connection of its own": ["Connection: close"],
};

export async function wrk(lab: Lab, agent: LabAgent): Promise<readonly Figure[]> {
  await requireLoadParts();
  const figures: Figure[] = [];
  for (const [crowd, headers] of Object.entries(crowds)) {
    figures.push(...await send(`wrk, ${crowd}`, { lab, agent, headers }));
  }
  return figures;
}

async function send(
  name: string,
  { lab, agent: { pid }, headers }: {
    readonly lab: Lab;
    readonly agent: LabAgent;
    readonly headers: readonly string[];
  },
): Promise<readonly Figure[]> {
  if (pid === undefined) throw new Error("the agent does not run");
  const before = usage(pid).rssMb;
  const rss = watchRss(pid);
  const url = `https://${lab.nodeAddress}:10250/pods`;
  const options = ["-t1", `-c${CONNECTIONS}`, `-d${SECONDS}s`];
  const sentHeaders = headers.flatMap((each) => ["-H", each]);
  const { stdout } = await run(lab.inside(["wrk", ...options, ...sentHeaders, url]));
  const sent = count(stdout, /(\d+) requests in/);
  return [
    { name: `${name}, reached`, value: sent / SECONDS, unit: "/s" },
    {
      name: `${name}, answered otherwise`,
      value: sent - count(stdout, /Non-2xx or 3xx responses: (\d+)/),
      unit: "",
      atMost: 0,
    },
    { name: `${name}, RSS above that before`, value: rss.stop() - before, unit: "MB", atMost: 50 },
  ];
}

/** What wrk did not print did not happen. */
function count(text: string, shape: RegExp): number {
  return Number(shape.exec(text)?.[1] ?? 0);
}
