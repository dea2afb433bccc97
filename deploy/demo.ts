/**
 * `install.sh --demo`: runs the pods of examples/ on a private containerd, shows them, and takes everything down again.
 *
 * Options: `--once` ends when everything was shown; otherwise Ctrl-C does.
 */
import type { Pod } from "../src/core/k8s.ts";
import { type LabAgent, labAgent } from "../tests/lab/agent.ts";
import { busyboxImage, writeImageArchive } from "../tests/lab/images.ts";
import { type Lab, startLab } from "../tests/lab/lab.ts";
import { MissingParts } from "../tests/lab/parts.ts";
import { waitUntil } from "../tests/lab/processes.ts";

const EXAMPLES = new URL("../examples", import.meta.url).pathname;
/** The image that the examples name; here it is made from this machine's own busybox, so no registry is needed. */
const IMAGE = "docker.io/library/busybox:1.36";
const RUNNING_TIMEOUT_MS = 120_000;

function say(text: string): void {
  console.log(`\n== ${text}`);
}

async function prepare(lab: Lab): Promise<LabAgent> {
  const agent = await labAgent(lab, { nodeName: "demo" });
  const archive = `${agent.imagesDir}/busybox.tar`;
  await writeImageArchive(await busyboxImage(IMAGE), { path: archive });
  for await (const { name } of Deno.readDir(EXAMPLES)) {
    await agent.apply(name, await Deno.readTextFile(`${EXAMPLES}/${name}`));
  }
  await agent.start();
  return agent;
}

async function untilAllRun(agent: LabAgent, wanted: number, stop: AbortSignal): Promise<void> {
  let pods: readonly Pod[] = [];
  const allRun = async (): Promise<boolean> => {
    if (stop.aborted) return true;
    pods = await agent.pods();
    return pods.length === wanted && pods.every(isReady);
  };
  if (await waitUntil(allRun, { timeoutMs: RUNNING_TIMEOUT_MS, intervalMs: 200 })) return;
  throw new Error(`not all pods run:\n${(await agent.skerry(["pods"])).stdout}`);
}

function isReady({ status }: Pod): boolean {
  return status?.conditions?.some((c) => c.type === "Ready" && c.status === "True") ?? false;
}

async function show(agent: LabAgent, args: readonly string[]): Promise<void> {
  say(`skerry ${args.join(" ")}`);
  const { stdout, stderr } = await agent.skerry(args);
  console.log((stdout + stderr).trimEnd());
}

function hint(agent: LabAgent): string {
  return `the agent's own log is ${agent.logPath}. In another terminal, as root:
   export SKERRY_SOCKET=${agent.socket}
   alias skerry='${Deno.execPath()} run -A ${
    new URL("../dist/skerry.js", import.meta.url).pathname
  }'
   skerry pods -o wide
   skerry logs -f hello
   skerry events -f
   rm ${agent.manifests}/web.yaml          # the pod ends, within its grace period
   cp examples/web.yaml ${agent.manifests}/    # and comes back
Ctrl-C takes everything down.`;
}

async function endPods(agent: LabAgent): Promise<void> {
  for await (const { name } of Deno.readDir(agent.manifests)) await agent.remove(name);
  const gone = async (): Promise<boolean> => (await agent.pods()).length === 0;
  await waitUntil(gone, { timeoutMs: 40_000, intervalMs: 200 });
}

async function demo({ once }: { readonly once: boolean }, stop: AbortSignal): Promise<void> {
  say("starting a private containerd; the machine's own is not touched");
  await using lab = await startLab();
  say("starting the agent on examples/");
  const agent = await prepare(lab);
  const wanted = [...Deno.readDirSync(EXAMPLES)].length;
  await untilAllRun(agent, wanted, stop);
  if (!stop.aborted) {
    await show(agent, ["pods"]);
    await show(agent, ["logs", "hello", "--tail", "3"]);
    say(
      once ? "this was --once; without it the pods go on, and you can try:" : "what to try next:",
    );
    console.log(hint(agent));
    if (!once) await until(stop);
  }
  say("ending the pods and taking everything down");
  await endPods(agent);
  await agent.stop();
}

async function until(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) =>
    signal.addEventListener("abort", () => resolve(), { once: true })
  );
}

function onInterrupt(): AbortSignal {
  const controller = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) {
    Deno.addSignalListener(name, () => controller.abort());
  }
  return controller.signal;
}

async function main(): Promise<number> {
  const wrong = Deno.args.find((arg) => arg !== "--once");
  if (wrong !== undefined) {
    console.error(`demo: unknown option ${wrong}; there is --once`);
    return 2;
  }
  try {
    await demo({ once: Deno.args.includes("--once") }, onInterrupt());
    return 0;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    console.error(`demo: ${error instanceof MissingParts ? error.message : error.stack}`);
    return 1;
  }
}

Deno.exit(await main());
