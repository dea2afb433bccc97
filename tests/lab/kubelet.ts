/** Runs the real kubelet as a node of a lab's cluster, to be compared with: its folders, its configuration, its process. */
import { stringify } from "yaml";
import { writeManifest } from "./agent.ts";
import type { Cluster } from "./cluster.ts";
import { clusterProcess } from "./cluster_process.ts";
import type { Lab } from "./lab.ts";
import { waitUntil } from "./processes.ts";
import type { Argv } from "./run.ts";

export interface KubeletOptions {
  /** Default: `kubelet-1`. */
  readonly nodeName?: string;
  /** Fields of the KubeletConfiguration besides those that tie it to its lab. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** Added to its command line. */
  readonly flags?: readonly string[];
}

/** A kubelet of a lab. Its pods outlive it; the lab's end takes them down. */
export interface LabKubelet extends AsyncDisposable {
  readonly pid: number | undefined;
  readonly nodeName: string;
  readonly logPath: string;
  /** Folder of static pods. */
  readonly manifests: string;
  readonly podLogsDir: string;
  /** Resolves when it is healthy; its node is Ready a moment later. */
  start(): Promise<void>;
  /** SIGTERM, and waits for the end. */
  stop(): Promise<void>;
  /** SIGKILL. */
  kill(): Promise<void>;
  /** Writes a manifest of a static pod as an editor would: a new file renamed into place. */
  apply(name: string, manifest: unknown): Promise<void>;
  remove(name: string): Promise<void>;
}

/**
 * Lays the folders and the configuration down; `start` runs it. The lab's containerd must be its own, because the kubelet ends
 * every pod that it does not know: the lab is the cluster's if no agent uses it, or one connected with it.
 */
export async function labKubelet(
  lab: Lab,
  cluster: Cluster,
  options: KubeletOptions = {},
): Promise<LabKubelet> {
  const { nodeName = "kubelet-1" } = options;
  const paths = pathsOf(`${lab.workDir}/${nodeName}`);
  for (const folder of [paths.manifests, paths.podLogsDir]) {
    await Deno.mkdir(folder, { recursive: true });
  }
  await Deno.writeTextFile(paths.config, configuration(lab, { cluster, paths, options }));
  const argv: Argv = [
    cluster.programs("kubelet"),
    `--config=${paths.config}`,
    `--kubeconfig=${await cluster.nodeKubeconfig(nodeName)}`,
    `--root-dir=${paths.rootDir}`,
    `--cert-dir=${paths.rootDir}/pki`,
    `--hostname-override=${nodeName}`,
    `--node-ip=${lab.nodeAddress}`,
    ...options.flags ?? [],
  ];
  const process = clusterProcess({
    name: "kubelet",
    argv: lab.inside(argv),
    logPath: paths.logPath,
    isReady: () => isHealthy(lab),
  });
  const sysctls = await readSysctls();
  return {
    get pid() {
      return process.pid;
    },
    nodeName,
    ...paths,
    start: process.start,
    stop: process.stop,
    kill: process.kill,
    apply: (file, manifest) => writeManifest(paths.manifests, { file, manifest }),
    remove: (file) => Deno.remove(`${paths.manifests}/${file}`),
    [Symbol.asyncDispose]: async () => {
      await process.kill();
      await writeSysctls(sysctls);
      await removeLogLinks(paths.podLogsDir);
    },
  };
}

function pathsOf(dir: string) {
  return {
    config: `${dir}/config.yaml`,
    rootDir: `${dir}/root`,
    manifests: `${dir}/manifests`,
    podLogsDir: `${dir}/logs`,
    logPath: `${dir}/kubelet.log`,
  };
}

interface Parts {
  readonly cluster: Cluster;
  readonly paths: ReturnType<typeof pathsOf>;
  readonly options: KubeletOptions;
}

function configuration(lab: Lab, { cluster, paths, options }: Parts): string {
  return stringify({
    apiVersion: "kubelet.config.k8s.io/v1beta1",
    kind: "KubeletConfiguration",
    authentication: { x509: { clientCAFile: `${cluster.pki.dir}/ca.crt` } },
    staticPodPath: paths.manifests,
    podLogsDir: paths.podLogsDir,
    volumePluginDir: `${paths.rootDir}/volume-plugins`,
    containerRuntimeEndpoint: lab.endpoint,
    cgroupRoot: lab.cgroupRoot,
    cgroupDriver: "cgroupfs",
    failCgroupV1: false,
    failSwapOn: false,
    enforceNodeAllocatable: [],
    ...options.config,
  });
}

async function isHealthy(lab: Lab): Promise<boolean> {
  const url = "http://127.0.0.1:10248/healthz";
  return (await lab.exec(["busybox", "wget", "-q", "-O", "-", url])).stdout === "ok";
}

interface NodeConditions {
  readonly status?: { readonly conditions?: readonly { type: string; status: string }[] };
}

/** Whether the API server says that the node is Ready. */
export async function isNodeReady(cluster: Cluster, nodeName: string): Promise<boolean> {
  const response = await cluster.fetch(`/api/v1/nodes/${nodeName}`);
  const { status }: NodeConditions = await response.json();
  const ready = status?.conditions?.find(({ type }) => type === "Ready");
  return ready?.status === "True";
}

/** Throws when that does not come. */
export async function untilNodeReady(cluster: Cluster, nodeName: string): Promise<void> {
  const isReady = () => isNodeReady(cluster, nodeName);
  if (await waitUntil(isReady, { timeoutMs: 60_000, intervalMs: 50 })) return;
  throw new Error(`the node ${nodeName} is not Ready`);
}

/** The kubelet sets these for the whole machine when it starts. */
const SYSCTLS = [
  "/proc/sys/vm/overcommit_memory",
  "/proc/sys/vm/panic_on_oom",
  "/proc/sys/kernel/panic",
  "/proc/sys/kernel/panic_on_oops",
  "/proc/sys/kernel/keys/root_maxkeys",
  "/proc/sys/kernel/keys/root_maxbytes",
];

type Sysctls = ReadonlyMap<string, string>;

async function readSysctls(): Promise<Sysctls> {
  const values = SYSCTLS.map(async (path) => [path, await Deno.readTextFile(path)] as const);
  return new Map(await Promise.all(values));
}

async function writeSysctls(values: Sysctls): Promise<void> {
  for (const [path, value] of values) await Deno.writeTextFile(path, value);
}

/** The kubelet links every log there, and the links of a kubelet that is gone stay. */
async function removeLogLinks(podLogsDir: string): Promise<void> {
  const dir = "/var/log/containers";
  for (const { name } of await Array.fromAsync(Deno.readDir(dir)).catch(() => [])) {
    const target = await Deno.readLink(`${dir}/${name}`).catch(() => "");
    if (target.startsWith(`${podLogsDir}/`)) await Deno.remove(`${dir}/${name}`);
  }
}
