/**
 * A flood of requests without credentials: run as a program, `flood_program.ts URL PER_SECOND SECONDS`. Prints what was answered as JSON.
 * What it sends goes to an address of the lab alone.
 */
import { Agent, request } from "node:https";
import { percentile } from "./figures.ts";

export interface FloodResult {
  readonly sent: number;
  /** How often each status was answered; "failed" where there was no answer. */
  readonly answers: Readonly<Record<string, number>>;
  readonly p99Ms: number;
  readonly seconds: number;
}

interface Flood {
  readonly url: string;
  readonly perSecond: number;
  readonly seconds: number;
}

/** Connections that are kept; a client with one for each request would measure handshakes. */
const CONNECTIONS = 50;
const TICK_MS = 10;

async function flood({ url, perSecond, seconds }: Flood): Promise<FloodResult> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS, rejectUnauthorized: false });
  const answers: Record<string, number> = {};
  const times: number[] = [];
  const open: Promise<void>[] = [];
  const begin = performance.now();
  const send = async (): Promise<void> => {
    const start = performance.now();
    const status = await ask(url, agent);
    answers[status] = (answers[status] ?? 0) + 1;
    times.push(performance.now() - start);
  };
  for (let at = 0; at < seconds * 1_000; at = performance.now() - begin) {
    const due = Math.ceil(at * perSecond / 1_000) - open.length;
    for (let i = 0; i < due; i++) open.push(send());
    await new Promise((resolve) => setTimeout(resolve, TICK_MS));
  }
  await Promise.all(open);
  agent.destroy();
  return {
    sent: open.length,
    answers,
    p99Ms: percentile(times, 99),
    seconds: (performance.now() - begin) / 1_000,
  };
}

function ask(url: string, agent: Agent): Promise<string> {
  return new Promise((resolve) => {
    const sent = request(url, { agent }, (response) => {
      response.on("end", () => resolve(`${response.statusCode}`));
      response.on("error", () => resolve("failed"));
      response.resume();
    });
    sent.on("error", () => resolve("failed"));
    sent.end();
  });
}

if (import.meta.main) {
  const [url, perSecond, seconds] = Deno.args;
  if (url === undefined) throw new Error("a URL, please");
  const result = await flood({ url, perSecond: Number(perSecond), seconds: Number(seconds) });
  console.log(JSON.stringify(result));
}
