/**
 * A real control plane inside a lab: etcd, API server, controller manager and scheduler, with the rights of a real cluster.
 *
 * ```ts
 * await using lab = await startLab();
 * await using cluster = await startCluster(lab);
 * await cluster.kubectl(["get", "nodes"]);
 * ```
 *
 * Its ports are in the lab's network namespace, so two of them run side by side; one port on loopback leads there from outside.
 */
import { type BootstrapToken, createBootstrapToken, type TokenOptions } from "./bootstrap_token.ts";
import { forwardInto, routeService } from "./cluster_network.ts";
import {
  type CertificateRequest,
  controlPlaneCertificates,
  kubeconfig,
  type Pki,
  pki,
} from "./cluster_pki.ts";
import { type ClusterProcess, clusterProcess } from "./cluster_process.ts";
import { type ClusterPrograms, clusterPrograms } from "./cluster_programs.ts";
import {
  API_SERVER_PORT,
  apiServerArgv,
  controllerManagerArgv,
  type ControlPlaneSettings,
  etcdArgv,
  schedulerArgv,
} from "./control_plane.ts";
import type { Lab } from "./lab.ts";
import { type LabLink, linkLabs } from "./lab_link.ts";
import { type Argv, run, type RunOptions, type RunResult, tryRun } from "./run.ts";

export interface ClusterOptions {
  /** Added to the API server's command line. */
  readonly apiServerFlags?: readonly string[];
  /** Added to the controller manager's. */
  readonly controllerManagerFlags?: readonly string[];
}

/** The four programs of a control plane. */
export interface ControlPlane {
  readonly etcd: ClusterProcess;
  readonly apiServer: ClusterProcess;
  readonly controllerManager: ClusterProcess;
  readonly scheduler: ClusterProcess;
}

/** A running cluster without nodes. Its client is Deno's: a cluster belongs to the test that started it. */
export interface Cluster extends ControlPlane, AsyncDisposable {
  /** The API server's address inside the lab, for nodes. */
  readonly server: string;
  /** The same for this process and its kubectl. */
  readonly outsideServer: string;
  readonly programs: ClusterPrograms;
  /** A folder for files of the cluster. */
  readonly dir: string;
  /** `pki.dir` holds `ca.crt` and `ca.key`, which sign everything. */
  readonly pki: Pki;
  /** PEM of that authority. */
  readonly ca: string;
  /** Path of a kubeconfig that may do everything, by `outsideServer`. */
  readonly adminKubeconfig: string;
  /** Runs kubectl as administrator; throws with its own words when it fails. */
  kubectl(args: readonly string[], options?: RunOptions): Promise<RunResult>;
  /** The same, and gives the exit code instead of throwing. */
  tryKubectl(args: readonly string[], options?: RunOptions): Promise<RunResult>;
  /** `kubectl apply` of these objects. */
  apply(...objects: readonly unknown[]): Promise<void>;
  /** A request as administrator; `path` begins with `/`. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** Path of a kubeconfig with a client certificate of the node, by `server`. */
  nodeKubeconfig(nodeName: string): Promise<string>;
  /** Path of a kubeconfig for a client certificate of any kind, by `server`. */
  clientKubeconfig(request: CertificateRequest): Promise<string>;
  /** A token by which a node may ask for its certificate, which is then approved by itself. */
  bootstrapToken(options?: TokenOptions): Promise<BootstrapToken>;
  /** Links another lab, which must have an address of its own: its agent, kubelet and pods may then use this cluster. */
  connect(other: Lab): Promise<LabLink>;
  /** Copies etcd's data while it stands still for a moment; gives the copy's path. */
  saveData(): Promise<string>;
  /** Ends the control plane and starts it again on the data of a copy. */
  restoreData(copy: string): Promise<void>;
  /** Ends all programs, in whatever state they are. The same as leaving the scope of an `await using`. */
  stop(): Promise<void>;
}

/** Starts a control plane in the lab's namespace; resolves when pods may be created. Throws `MissingParts` where there is no Go. */
export async function startCluster(lab: Lab, options: ClusterOptions = {}): Promise<Cluster> {
  const programs = await clusterPrograms();
  const dir = `${lab.root}/cluster`;
  const pkiDir = `${dir}/pki`;
  await Deno.mkdir(pkiDir, { recursive: true });
  const { nodeAddress } = lab;
  const certificates = pki(pkiDir, { program: programs("pki") });
  const [port] = await Promise.all([
    forwardInto(lab, { program: programs("forward"), target: `${nodeAddress}:${API_SERVER_PORT}` }),
    certificates.issue(controlPlaneCertificates(nodeAddress)),
    routeService(lab, { to: `${nodeAddress}:${API_SERVER_PORT}` }),
  ]);
  const settings = { programs, nodeAddress, dir, pkiDir, dataDir: `${dir}/etcd` };
  const cluster = await clusterObject(lab, { options, settings, certificates, port });
  try {
    await startAll(cluster);
    return cluster;
  } catch (error) {
    await cluster.stop();
    throw error;
  }
}

interface Parts {
  readonly options: ClusterOptions;
  readonly settings: ControlPlaneSettings;
  readonly certificates: Pki;
  /** On loopback, outside the lab. */
  readonly port: number;
}

async function clusterObject(lab: Lab, parts: Parts): Promise<Cluster> {
  const { settings: { dir, pkiDir, programs, dataDir }, certificates, port } = parts;
  const server = `https://${lab.nodeAddress}:${API_SERVER_PORT}`;
  const outsideServer = `https://127.0.0.1:${port}`;
  const ca = await Deno.readTextFile(`${pkiDir}/ca.crt`);

  async function writeKubeconfig(name: string, at = server): Promise<string> {
    const user = await certificates.client(name);
    const path = `${dir}/${name}.conf`;
    await Deno.writeTextFile(path, kubeconfig({ server: at, ca, user }), { mode: 0o600 });
    return path;
  }

  const [adminKubeconfig, admin] = await Promise.all([
    writeKubeconfig("admin", outsideServer),
    certificates.client("admin"),
    writeKubeconfig("controller-manager"),
    writeKubeconfig("scheduler"),
  ]);
  const client = Deno.createHttpClient({
    caCerts: [ca],
    cert: admin.clientCertificate,
    key: admin.clientKey,
    http2: false,
  });
  const fetchAsAdmin: Cluster["fetch"] = (path, init) =>
    fetch(`${outsideServer}${path}`, { ...init, client });
  const plane = controlPlane(lab, { ...parts, fetch: fetchAsAdmin });

  const env = { KUBECONFIG: adminKubeconfig, KUBECACHEDIR: `${dir}/kubectl-cache` };
  const kubectlArgv = (args: readonly string[]): Argv => [programs("kubectl"), ...args];
  const kubectl: Cluster["kubectl"] = (args, init) => run(kubectlArgv(args), { ...init, env });

  async function clientKubeconfig(request: CertificateRequest): Promise<string> {
    await certificates.issue([{ signer: "ca", ...request }]);
    return await writeKubeconfig(request.name);
  }

  async function apply(...objects: readonly unknown[]): Promise<void> {
    const stdin = JSON.stringify({ apiVersion: "v1", kind: "List", items: objects });
    await kubectl(["apply", "-f", "-"], { stdin });
  }

  async function restoreData(copy: string): Promise<void> {
    await stopAll(plane);
    await run(["rm", "-rf", "--", dataDir]);
    await run(["cp", "-r", copy, dataDir]);
    await startAll(plane);
  }

  let isStopped = false;
  async function stop(): Promise<void> {
    await killAll(plane);
    if (!isStopped) client.close();
    isStopped = true;
  }

  return {
    ...plane,
    server,
    outsideServer,
    programs,
    dir,
    pki: certificates,
    ca,
    adminKubeconfig,
    kubectl,
    tryKubectl: (args, init) => tryRun(kubectlArgv(args), { ...init, env }),
    apply,
    fetch: fetchAsAdmin,
    nodeKubeconfig: (nodeName) =>
      clientKubeconfig({
        name: `node-${nodeName}`,
        commonName: `system:node:${nodeName}`,
        organizations: ["system:nodes"],
      }),
    clientKubeconfig,
    bootstrapToken: (init) => createBootstrapToken({ dir, server, ca, apply }, init),
    connect: async (other) => {
      await routeService(other, { to: `${lab.nodeAddress}:${API_SERVER_PORT}` });
      return await linkLabs(lab, other);
    },
    saveData: () => saveData(plane.etcd, dataDir),
    restoreData,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

function controlPlane(
  lab: Lab,
  { settings, options, fetch }: Parts & Pick<Cluster, "fetch">,
): ControlPlane {
  const program = (name: string, argv: Argv, isReady: () => Promise<boolean>) =>
    clusterProcess({
      name,
      argv: lab.inside(argv),
      logPath: `${settings.dir}/${name}.log`,
      isReady,
    });
  const answers = async (path: string): Promise<boolean> => {
    try {
      const response = await fetch(path);
      await response.body?.cancel();
      return response.ok;
    } catch {
      return false;
    }
  };
  const { apiServerFlags = [], controllerManagerFlags = [] } = options;
  return {
    // The API server waits for it, and says when it has it.
    etcd: program("etcd", etcdArgv(settings), () => Promise.resolve(true)),
    apiServer: program(
      "api-server",
      [...apiServerArgv(settings), ...apiServerFlags],
      () => answers("/readyz"),
    ),
    // Its first deed that a pod needs.
    controllerManager: program(
      "controller-manager",
      [...controllerManagerArgv(settings), ...controllerManagerFlags],
      () => answers("/api/v1/namespaces/default/serviceaccounts/default"),
    ),
    scheduler: program("scheduler", schedulerArgv(settings), () => Promise.resolve(true)),
  };
}

async function startAll({ etcd, apiServer, controllerManager, scheduler }: ControlPlane) {
  await Promise.all([etcd.start(), apiServer.start()]);
  await Promise.all([controllerManager.start(), scheduler.start()]);
}

/** From the top down, so that none of them waits for another. */
async function stopAll({ etcd, apiServer, controllerManager, scheduler }: ControlPlane) {
  await Promise.all([controllerManager.stop(), scheduler.stop()]);
  await apiServer.stop();
  await etcd.stop();
}

async function killAll(plane: ControlPlane): Promise<void> {
  const { etcd, apiServer, controllerManager, scheduler } = plane;
  await Promise.all([etcd, apiServer, controllerManager, scheduler].map((each) => each.kill()));
}

async function saveData(etcd: ClusterProcess, dataDir: string): Promise<string> {
  const copy = `${dataDir}-${crypto.randomUUID()}`;
  etcd.freeze();
  try {
    await run(["cp", "-r", dataDir, copy]);
  } finally {
    etcd.thaw();
  }
  return copy;
}
