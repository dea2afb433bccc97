/**
 * A private containerd for tests and the demo: own root, state, socket, network namespace and cgroup.
 *
 * ```ts
 * await using lab = await startLab();
 * await lab.exec(["ctr", "--address", lab.socket, "version"]);
 * ```
 *
 * The machine's own containerd, network and images are never touched; when the lab is disposed nothing of it is left.
 */
import { createCgroup } from "./cgroups.ts";
import { claimLab, destroyLab, LAB_PREFIX, type LabIdentity, removeStaleLabs } from "./cleanup.ts";
import { writeCniConfig } from "./cni.ts";
import { type Containerd, containerd } from "./containerd.ts";
import { containerdConfig, hasCapSysResource } from "./containerd_config.ts";
import { type ArchivePaths, cachedArchives, IMAGES } from "./images.ts";
import { createNetns, inNetns, NODE_ADDRESS } from "./netns.ts";
import { cniBinDir, requireLabParts } from "./parts.ts";
import { waitUntil } from "./processes.ts";
import { type Argv, run, type RunOptions, type RunResult, tryRun } from "./run.ts";

/** What a test may ask of its lab. */
export interface LabOptions {
  /** Folder with other containerd binaries, for the matrix of versions. */
  readonly containerdBinDir?: string;
  /** The node's address, for a lab that is linked with another one: 10.99.0.N. */
  readonly nodeAddress?: string;
}

/** A running lab. It holds no resource of Deno's: one lab may serve all tests of a file. */
export interface Lab extends AsyncDisposable {
  /** Also the name of the network namespace. */
  readonly id: string;
  /** Folder of the lab; a test may put its own files under `${root}/work`. */
  readonly root: string;
  readonly workDir: string;
  readonly netns: string;
  /** The node's address inside the namespace, on the interface of the default route. */
  readonly nodeAddress: string;
  /** containerd's socket; `endpoint` is the same as a CRI endpoint (`unix://...`). */
  readonly socket: string;
  readonly endpoint: string;
  /** A cgroup made for this lab in every hierarchy, such as `/skerry-lab-1a2b3c`; sandboxes belong below it. */
  readonly cgroupRoot: string;
  /** Names of the images in the runtime. */
  readonly images: typeof IMAGES;
  /** Archives of the same images, as files. */
  readonly archives: ArchivePaths;
  readonly containerd: Containerd;
  /** Folder of `NAME/hosts.toml` files that containerd reads at every pull. */
  readonly registryConfigDir: string;
  /** `argv` wrapped so that it runs inside the network namespace; for a Deno.Command of the caller's own. */
  inside(argv: Argv): Argv;
  /** Runs a program inside the namespace to its end; gives the exit code, never throws for one. */
  exec(argv: Argv, options?: RunOptions): Promise<RunResult>;
  /** Runs ctr against this containerd in the namespace `k8s.io`; throws when it fails. */
  ctr(args: readonly string[]): Promise<RunResult>;
  /** Imports an image archive and resolves when CRI knows the image `name`. */
  importImage(archive: string, as: { readonly name: string }): Promise<void>;
  /** Takes everything down. The same as leaving the scope of an `await using`. */
  stop(): Promise<void>;
}

/** A unix socket's path may have 107 bytes; the agent's and containerd's own lie some way below the root. */
const LONGEST_ROOT = 60;

async function newIdentity(): Promise<LabIdentity> {
  const tempDir = Deno.env.get("TMPDIR")?.replace(/\/+$/, "") || "/tmp";
  if (tempDir.length + LAB_PREFIX.length + 6 > LONGEST_ROOT) {
    throw new Error(`TMPDIR=${tempDir} is too long for unix sockets; set a shorter TMPDIR`);
  }
  await removeStaleLabs(tempDir);
  const id = LAB_PREFIX + crypto.getRandomValues(new Uint8Array(3)).toHex();
  const root = `${tempDir}/${id}`;
  await Deno.mkdir(root, { mode: 0o755 });
  return { id, root };
}

async function prepare(lab: LabIdentity, options: LabOptions): Promise<Containerd> {
  const { id, root } = lab;
  const paths = {
    socket: `${root}/containerd.sock`,
    cniConfigDir: `${root}/cni/net.d`,
    registryConfigDir: `${root}/certs.d`,
  };
  createCgroup(`/${id}`);
  await Promise.all([
    createNetns(id, options),
    Deno.mkdir(`${root}/work`),
    Deno.mkdir(paths.registryConfigDir),
    writeCniConfig({ configDir: paths.cniConfigDir, ipamDir: `${root}/cni/ipam` }, id),
  ]);
  const configPath = `${root}/containerd.toml`;
  const config = { root, ...paths, cniBinDir: await cniBinDir() };
  const restrictOomScoreAdj = !hasCapSysResource();
  await Deno.writeTextFile(configPath, containerdConfig({ ...config, restrictOomScoreAdj }));
  return containerd({
    configPath,
    socket: paths.socket,
    logPath: `${root}/containerd.log`,
    netns: id,
    ...(options.containerdBinDir === undefined ? {} : { binDir: options.containerdBinDir }),
  });
}

function labObject(
  identity: LabIdentity,
  parts: {
    readonly containerd: Containerd;
    readonly archives: ArchivePaths;
    readonly nodeAddress: string;
  },
): Lab {
  const { id, root } = identity;
  const socket = `${root}/containerd.sock`;
  const inside = (argv: Argv) => inNetns(id, argv);
  const ctr = (args: readonly string[]) =>
    run(inside(["ctr", "--address", socket, "--namespace", "k8s.io", ...args]));
  const stop = () => destroyLab(identity);
  return {
    id,
    root,
    workDir: `${root}/work`,
    netns: id,
    nodeAddress: parts.nodeAddress,
    socket,
    endpoint: `unix://${socket}`,
    cgroupRoot: `/${id}`,
    images: IMAGES,
    archives: parts.archives,
    containerd: parts.containerd,
    registryConfigDir: `${root}/certs.d`,
    inside,
    exec: (argv, options) => tryRun(inside(argv), options),
    ctr,
    importImage: async (archive, { name }) => {
      await ctr(["images", "import", archive]);
      await untilManaged(ctr, name);
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

/** CRI learns of an image from an event, a moment after ctr is done, and then puts its label on it. */
async function untilManaged(ctr: Lab["ctr"], name: string): Promise<void> {
  const known = async () =>
    (await ctr(["images", "list", `name==${name}`])).stdout.includes(
      "io.cri-containerd.image=managed",
    );
  if (!(await waitUntil(known, { timeoutMs: 60_000, intervalMs: 30 }))) {
    throw new Error(`containerd's CRI plugin does not know the image ${name} after its import`);
  }
}

/**
 * Starts a lab, in a second or two. Throws `MissingParts` with the command to install what this machine lacks.
 * Labs may run side by side. What an owner that died left behind is removed first.
 */
export async function startLab(options: LabOptions = {}): Promise<Lab> {
  await requireLabParts();
  const identity = await newIdentity();
  try {
    await claimLab(identity);
    const [archives, runtime] = await Promise.all([cachedArchives(), prepare(identity, options)]);
    await runtime.start();
    const { nodeAddress = NODE_ADDRESS } = options;
    const lab = labObject(identity, { containerd: runtime, archives, nodeAddress });
    await Promise.all([
      lab.importImage(archives.busybox, { name: IMAGES.busybox }),
      lab.importImage(archives.pause, { name: IMAGES.pause }),
    ]);
    return lab;
  } catch (error) {
    await destroyLab(identity);
    throw error;
  }
}
