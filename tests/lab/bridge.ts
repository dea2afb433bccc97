/** `skerry bridge` with the rights of deploy/bridge.yaml, for the cluster of a lab. */
import { parseAllDocuments } from "yaml";
import { agentArgv } from "./agent.ts";
import type { Cluster } from "./cluster.ts";
import { kubeconfig } from "./cluster_pki.ts";
import { endProcess, logTail, startDaemon } from "./daemon.ts";
import { isAlive, waitUntil } from "./processes.ts";
import type { Argv } from "./run.ts";

const MANIFEST = new URL("../../deploy/bridge.yaml", import.meta.url);
const NAMESPACE = "skerry-system";

export interface LabBridgeOptions {
  /** `mqtts://HOST:PORT` */
  readonly broker: string;
  readonly brokerCaFile: string;
  readonly cluster: string;
  /** Of this bridge among others; `bridge-0` unless given. */
  readonly name?: string;
  /** Of its pages, on loopback where it runs. */
  readonly port: number;
  /** Authorities of the nodes in place of the cluster's. */
  readonly clientCaFile?: string;
  /** Of its log; 4 unless given. */
  readonly verbosity?: number;
  /** Wraps its command line, to run it in another network namespace; then it asks the API server from there. */
  readonly inside?: (argv: Argv) => Argv;
  /** Its place of the API server; that which is outside of the lab unless given. */
  readonly server?: string;
}

export interface LabBridge extends AsyncDisposable {
  readonly pid: number;
  readonly logPath: string;
  start(): Promise<void>;
  stop(): Promise<void>;
  kill(): Promise<void>;
}

/** What the manifest gives a bridge, but for the Deployment. Once for each cluster. */
export async function allowBridges(cluster: Cluster): Promise<void> {
  await cluster.kubectl(["create", "namespace", NAMESPACE]);
  const objects = parseAllDocuments(await Deno.readTextFile(MANIFEST)).map((each) => each.toJS());
  await cluster.apply(...objects.filter(({ kind }) => kind !== "Deployment"));
  await cluster.pki.issue([{
    name: "bridge",
    commonName: "skerry-bridge",
    organizations: ["skerry:bridges"],
    signer: "ca",
  }]);
}

/** Started. */
export async function labBridge(cluster: Cluster, options: LabBridgeOptions): Promise<LabBridge> {
  const { name = "bridge-0", port, inside = (argv) => argv } = options;
  const dir = `${cluster.dir}/${name}`;
  await Deno.mkdir(dir, { recursive: true });
  const { stdout } = await cluster.kubectl(["-n", NAMESPACE, "create", "token", "skerry-bridge"]);
  const server = options.server ?? cluster.outsideServer;
  const text = kubeconfig({ server, ca: cluster.ca, user: { token: stdout.trim() } });
  await Deno.writeTextFile(`${dir}/kubeconfig`, text, { mode: 0o600 });
  const logPath = `${dir}/bridge.log`;
  const argv = inside(agentArgv([
    "bridge",
    `--cluster=${options.cluster}`,
    `--broker=${options.broker}`,
    `--broker-ca-file=${options.brokerCaFile}`,
    `--cert-file=${cluster.pki.dir}/bridge.crt`,
    `--key-file=${cluster.pki.dir}/bridge.key`,
    `--kubeconfig=${dir}/kubeconfig`,
    `--name=${name}`,
    `--namespace=${NAMESPACE}`,
    "--bind-address=127.0.0.1",
    `--port=${port}`,
    "--logging-format=json",
    `--v=${options.verbosity ?? 4}`,
    ...options.clientCaFile === undefined ? [] : [`--client-ca-file=${options.clientCaFile}`],
  ]));
  let pid = 0;

  async function start(): Promise<void> {
    const seen = (await Deno.readTextFile(logPath).catch(() => "")).length;
    pid = await startDaemon({ argv, logPath, env: { DENO_NO_UPDATE_CHECK: "1", NO_COLOR: "1" } });
    const isConnected = async (): Promise<boolean> =>
      !isAlive(pid) ||
      (await Deno.readTextFile(logPath)).slice(seen).includes("Connected to the broker");
    if (!(await waitUntil(isConnected, { timeoutMs: 30_000 })) || !isAlive(pid)) {
      throw new Error(`the bridge did not start:\n${await logTail(logPath, 40)}`);
    }
  }

  await start();
  return {
    get pid() {
      return pid;
    },
    logPath,
    start,
    stop: () => endProcess(pid),
    kill: () => endProcess(pid, { name: "SIGKILL" }),
    async [Symbol.asyncDispose]() {
      if (isAlive(pid)) await endProcess(pid, { name: "SIGKILL" });
    },
  };
}
