/** Runs the built bundle as an agent on a lab: its folders, its configuration, its process, and the command to talk to it. */
import { stringify } from "yaml";
import { denoRunArgs } from "../../deploy/runtime.ts";
import type { Pod } from "../../src/core/k8s.ts";
import { endProcess, logTail, startDaemon } from "./daemon.ts";
import type { Lab } from "./lab.ts";
import { answersOn, isAlive, waitUntil } from "./processes.ts";
import { type Argv, type RunResult, tryRun } from "./run.ts";

/** The bundle that `deno task build` makes; tests, demo and benchmarks all run this very file. */
export const BUNDLE = new URL("../../dist/skerry.js", import.meta.url).pathname;

export interface AgentOptions {
  /** Fields of the KubeletConfiguration besides those that tie the agent to its lab. */
  readonly kubelet?: Readonly<Record<string, unknown>>;
  /** Fields of the SkerryConfiguration likewise. */
  readonly skerry?: Readonly<Record<string, unknown>>;
  /** Path of the kubeconfig by which it joins a cluster; without one it knows only manifests. */
  readonly kubeconfig?: string;
  /** Added to the command line of `skerry run`. */
  readonly flags?: readonly string[];
  /** Names the agent's folder, where a lab has more than one. */
  readonly name?: string;
  /** Default: `edge-1`. */
  readonly nodeName?: string;
  /** Added to the environment of the agent, such as NOTIFY_SOCKET. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Where an agent of a lab has its files. */
interface AgentPaths {
  readonly manifests: string;
  readonly rootDir: string;
  readonly imagesDir: string;
  readonly podLogsDir: string;
  readonly socket: string;
  readonly logPath: string;
}

/** An agent of a lab. Its pods outlive it; the lab's end takes them down. */
export interface LabAgent extends AgentPaths {
  readonly pid: number | undefined;
  readonly dir: string;
  /** Resolves when the control socket answers. */
  start(): Promise<void>;
  /** Starts the process and does not wait for more. */
  spawn(): Promise<void>;
  /** SIGTERM, and waits for the end. */
  stop(): Promise<void>;
  /** SIGKILL. */
  kill(): Promise<void>;
  /** Runs a `skerry` command against it. */
  skerry(args: readonly string[]): Promise<RunResult>;
  /** All pods with their status. Throws when the agent does not answer. */
  pods(): Promise<readonly Pod[]>;
  /** Writes a manifest as an editor would: a new file renamed into place. */
  apply(name: string, manifest: unknown): Promise<void>;
  remove(name: string): Promise<void>;
}

const START_TIMEOUT_MS = 60_000;

/** Lays the folders and the configuration down; `start` runs it. */
export async function labAgent(lab: Lab, options: AgentOptions = {}): Promise<LabAgent> {
  const { name = "agent", nodeName = "edge-1", kubeconfig, flags = [] } = options;
  const dir = `${lab.workDir}/${name}`;
  const paths = pathsOf(dir);
  for (const folder of [paths.manifests, paths.rootDir, paths.imagesDir, paths.podLogsDir]) {
    await Deno.mkdir(folder, { recursive: true });
  }
  await Deno.writeTextFile(`${dir}/config.yaml`, configuration(lab, { paths, options }));
  const run = ["run", `--config=${dir}/config.yaml`, `--hostname-override=${nodeName}`, ...flags];
  if (kubeconfig !== undefined) run.push(`--kubeconfig=${kubeconfig}`);
  const argv = lab.inside(agentArgv(run));
  const env = { DENO_DIR: `${lab.workDir}/deno`, DENO_NO_UPDATE_CHECK: "1", NO_COLOR: "1" };
  const skerry = (args: readonly string[]): Promise<RunResult> =>
    tryRun(agentArgv(args), { env: { ...env, SKERRY_SOCKET: paths.socket } });
  let pid: number | undefined;

  async function spawn(): Promise<number> {
    pid = await startDaemon({ argv, logPath: paths.logPath, env: { ...env, ...options.env } });
    return pid;
  }

  async function start(): Promise<void> {
    const started = await spawn();
    const ready = await waitUntil(() => !isAlive(started) || answersOn(paths.socket), {
      timeoutMs: START_TIMEOUT_MS,
    });
    if (!ready || !isAlive(started)) {
      throw new Error(`the agent did not start:\n${await logTail(paths.logPath, 40)}`);
    }
  }

  async function end(name: Deno.Signal): Promise<void> {
    const target = pid;
    pid = undefined;
    if (target !== undefined) await endProcess(target, { name, graceMs: 15_000 });
  }

  return {
    get pid() {
      return pid;
    },
    dir,
    ...paths,
    start,
    spawn: async () => void await spawn(),
    stop: () => end("SIGTERM"),
    kill: () => end("SIGKILL"),
    skerry,
    pods: () => podsOf(skerry),
    apply: (file, manifest) => writeManifest(paths.manifests, { file, manifest }),
    remove: (file) => Deno.remove(`${paths.manifests}/${file}`),
  };
}

function pathsOf(dir: string): AgentPaths {
  return {
    manifests: `${dir}/manifests`,
    rootDir: `${dir}/root`,
    imagesDir: `${dir}/images`,
    podLogsDir: `${dir}/logs`,
    socket: `${dir}/skerry.sock`,
    logPath: `${dir}/agent.log`,
  };
}

/** The program and its arguments, with the permissions that an installed agent has. */
export function agentArgv(args: readonly string[]): Argv {
  return [Deno.execPath(), ...denoRunArgs(BUNDLE), ...args];
}

function configuration(
  lab: Lab,
  { paths, options }: { readonly paths: AgentPaths; readonly options: AgentOptions },
): string {
  const kubelet = {
    apiVersion: "kubelet.config.k8s.io/v1beta1",
    kind: "KubeletConfiguration",
    staticPodPath: paths.manifests,
    podLogsDir: paths.podLogsDir,
    containerRuntimeEndpoint: lab.endpoint,
    cgroupRoot: lab.cgroupRoot,
    cgroupDriver: "cgroupfs",
    failCgroupV1: false,
    failSwapOn: false,
    ...options.kubelet,
  };
  const skerry = {
    apiVersion: "config.skerry.dev/v1alpha1",
    kind: "SkerryConfiguration",
    rootDir: paths.rootDir,
    imagesDir: paths.imagesDir,
    controlSocket: paths.socket,
    ...options.skerry,
  };
  return [kubelet, skerry].map((document) => stringify(document)).join("---\n");
}

async function podsOf(skerry: LabAgent["skerry"]): Promise<readonly Pod[]> {
  const { code, stdout, stderr } = await skerry(["pods", "-o", "json"]);
  if (code !== 0) throw new Error(`skerry pods: exit code ${code}: ${stderr}`);
  return JSON.parse(stdout).items;
}

/** So that a reader of the folder sees all of it or nothing. */
export async function writeManifest(
  folder: string,
  { file, manifest }: { readonly file: string; readonly manifest: unknown },
): Promise<void> {
  const text = typeof manifest === "string" ? manifest : stringify(manifest);
  await Deno.writeTextFile(`${folder}/.${file}.draft`, text);
  await Deno.rename(`${folder}/.${file}.draft`, `${folder}/${file}`);
}
