/**
 * `install.sh --demo`: runs the pods of examples/ on a private containerd, shows them, and takes everything down again.
 *
 * Options: `--once` ends when everything was shown; otherwise Ctrl-C does. `--examples DIR` runs the manifests of another folder.
 */
import type { Pod } from "../src/core/k8s.ts";
import { type LabAgent, labAgent } from "../tests/lab/agent.ts";
import { logTail } from "../tests/lab/daemon.ts";
import { busyboxImage, writeImageArchive } from "../tests/lab/images.ts";
import { type Lab, startLab } from "../tests/lab/lab.ts";
import { MissingParts } from "../tests/lab/parts.ts";
import { waitUntil } from "../tests/lab/processes.ts";
import { layCommand, nextSteps } from "./demo_hint.ts";
import { isReady, problemOf } from "./demo_pods.ts";

/** The image that the examples name; here it is made from this machine's own busybox, so no registry is needed. */
const IMAGE = "docker.io/library/busybox:1.36";
const RUNNING_TIMEOUT_MS = 60_000;
const ENDING_TIMEOUT_MS = 40_000;
const INTERRUPTED = 130;
const USAGE = "usage: install.sh --demo [--once]; more in install.sh --help";

interface Options {
  readonly once: boolean;
  /** The folder of the manifests, one pod a file. */
  readonly examples: string;
}

/** What the person at the terminal asked for: the first Ctrl-C ends the demo, the second one does not wait for the pods. */
interface Interrupts {
  readonly stop: AbortSignal;
  readonly hurry: AbortSignal;
}

/** Ends the demo with these words. */
class DemoFailure extends Error {
  override readonly name = "DemoFailure";
}

function say(text: string): void {
  console.log(`\n== ${text}`);
}

async function manifestsOf(folder: string): Promise<readonly string[]> {
  const entries = await Array.fromAsync(Deno.readDir(folder));
  return entries.map(({ name }) => name).filter((name) => name.endsWith(".yaml")).sort();
}

async function startAgent(lab: Lab, { examples }: Options): Promise<LabAgent> {
  const agent = await labAgent(lab, { nodeName: "demo" });
  await writeImageArchive(await busyboxImage(IMAGE), { path: `${agent.imagesDir}/busybox.tar` });
  for (const name of await manifestsOf(examples)) {
    await agent.apply(name, await Deno.readTextFile(`${examples}/${name}`));
  }
  await layCommand(agent);
  await agent.start();
  return agent;
}

/** Throws {@linkcode DemoFailure} when a pod fails, or does not run in time. */
async function untilAllRun(
  agent: LabAgent,
  { wanted, stop }: { readonly wanted: number; readonly stop: AbortSignal },
): Promise<void> {
  let pods: readonly Pod[] = [];
  const decided = async (): Promise<boolean> => {
    pods = await agent.pods();
    const allReady = pods.length === wanted && pods.every(isReady);
    return stop.aborted || allReady || pods.some((pod) => problemOf(pod) !== undefined);
  };
  const inTime = await waitUntil(decided, { timeoutMs: RUNNING_TIMEOUT_MS, intervalMs: 100 });
  if (stop.aborted) return;
  const problems = pods.flatMap((pod) => problemOf(pod) ?? []);
  if (problems.length > 0) throw new DemoFailure(problems.join("\n"));
  if (inTime) return;
  throw new DemoFailure(
    `${pods.filter(isReady).length} of ${wanted} pods run after ${RUNNING_TIMEOUT_MS / 1000} s`,
  );
}

async function show(agent: LabAgent, args: readonly string[]): Promise<void> {
  say(`skerry ${args.join(" ")}`);
  const { stdout, stderr } = await agent.skerry(args);
  console.log((stdout + stderr).trimEnd());
}

/** The first line comes a moment after the start. */
async function showLog(agent: LabAgent, pod: string): Promise<void> {
  const hasLines = async () => (await agent.skerry(["logs", pod])).stdout !== "";
  await waitUntil(hasLines, { timeoutMs: 5000, intervalMs: 100 });
  await show(agent, ["logs", pod, "--tail", "3"]);
}

async function showTrouble(agent: LabAgent): Promise<void> {
  for (const command of ["status", "pods", "events"]) await show(agent, [command]);
  say(`the end of the agent's own log, ${agent.logPath}`);
  console.log(await logTail(agent.logPath));
}

async function endPods(agent: LabAgent, hurry: AbortSignal): Promise<void> {
  for (const name of await manifestsOf(agent.manifests)) await agent.remove(name);
  const gone = async () => hurry.aborted || (await agent.pods()).length === 0;
  await waitUntil(gone, { timeoutMs: ENDING_TIMEOUT_MS, intervalMs: 100 });
}

async function until(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) =>
    signal.addEventListener("abort", () => resolve(), { once: true })
  );
}

async function showAll(lab: Lab, agent: LabAgent, options: Options): Promise<void> {
  await show(agent, ["pods"]);
  const [first] = await manifestsOf(options.examples);
  if (first !== undefined) await showLog(agent, first.replace(/\.yaml$/, ""));
  say(options.once ? "this was --once; without it you could now try:" : "what to try next:");
  console.log(nextSteps({ lab, agent, examples: options.examples }));
}

/** Gives the exit code. */
async function demo(options: Options, { stop, hurry }: Interrupts): Promise<number> {
  say("starting a private containerd; the machine's own is not touched");
  await using lab = await startLab();
  if (stop.aborted) return INTERRUPTED;
  say(`starting the agent on ${options.examples}`);
  const agent = await startAgent(lab, options);
  try {
    const wanted = (await manifestsOf(options.examples)).length;
    await untilAllRun(agent, { wanted, stop });
    if (stop.aborted) return INTERRUPTED;
    await showAll(lab, agent, options);
    if (!options.once) await until(stop);
    return 0;
  } catch (error) {
    await showTrouble(agent);
    throw error;
  } finally {
    say("ending the pods and taking everything down; Ctrl-C skips their grace periods");
    await endPods(agent, hurry);
    await agent.stop();
  }
}

function onInterrupt(): Interrupts {
  const stop = new AbortController();
  const hurry = new AbortController();
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    Deno.addSignalListener(name, () => (stop.signal.aborted ? hurry : stop).abort());
  }
  return { stop: stop.signal, hurry: hurry.signal };
}

function parse(args: readonly string[]): Options | undefined {
  let options: Options = {
    once: false,
    examples: new URL("../examples", import.meta.url).pathname,
  };
  const rest = [...args];
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    const folder = arg === "--examples" ? rest.shift() : undefined;
    if (arg === "--once") options = { ...options, once: true };
    else if (folder !== undefined) options = { ...options, examples: folder };
    else return undefined;
  }
  return options;
}

async function main(): Promise<number> {
  const options = parse(Deno.args);
  if (options === undefined) {
    console.error(USAGE);
    return 2;
  }
  try {
    return await demo(options, onInterrupt());
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const expected = error instanceof MissingParts || error instanceof DemoFailure;
    console.error(`\ndemo: ${expected ? error.message : error.stack}`);
    return 1;
  }
}

Deno.exit(await main());
