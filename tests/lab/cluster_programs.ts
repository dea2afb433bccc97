/** The programs of a real cluster, built with Go from the module in tests/cluster and kept in the lab's cache. */
import { cacheDir } from "./cache.ts";
import { sha256 } from "./image_archive.ts";
import { MissingParts } from "./parts.ts";
import { run, tryRun } from "./run.ts";

/** One of the folders in tests/cluster/cmd. */
type ProgramName = typeof PROGRAMS[number];

/** Gives the path of a program. */
export type ClusterPrograms = (name: ProgramName) => string;

const PROGRAMS = [
  "etcd",
  "kube-apiserver",
  "kube-controller-manager",
  "kube-scheduler",
  "kubectl",
  "kubelet",
  "pki",
  "forward",
] as const;

/** What a KUBEBUILDER_ASSETS folder may hold. @see https://book.kubebuilder.io/reference/envtest */
const KUBEBUILDER_PROGRAMS: readonly ProgramName[] = ["etcd", "kube-apiserver", "kubectl"];

const NO_GO = "the tests' cluster is built with Go 1.26 or newer, which is not on the PATH " +
  "(sudo ./install.sh --test installs everything the tests need)";

const MODULE = new URL("../cluster", import.meta.url).pathname;

/**
 * Gives the programs, building them first where the cache does not hold those of this module: about eight minutes with
 * nothing compiled yet, a minute with Go's own cache warm. Throws `MissingParts` where there is no Go that can.
 */
export async function clusterPrograms(): Promise<ClusterPrograms> {
  const dir = await programsDir();
  if (!(await exists(dir))) await build(dir);
  const assets = Deno.env.get("KUBEBUILDER_ASSETS") ?? "";
  const found = await Promise.all(KUBEBUILDER_PROGRAMS.map((name) => exists(`${assets}/${name}`)));
  const given = assets === "" ? [] : KUBEBUILDER_PROGRAMS.filter((_, index) => found[index]);
  return (name) => `${given.includes(name) ? assets : dir}/${name}`;
}

/** Throws `MissingParts` unless the programs are there or there is a Go to build them with. */
export async function requireClusterParts(): Promise<void> {
  if (await exists(await programsDir())) return;
  // Reads go.mod, which says how new a Go must be.
  const { code, stderr } = await go(["list", "-m"]);
  if (code !== 0) throw new MissingParts(`${NO_GO}: ${stderr.trim().slice(-500)}`);
}

async function programsDir(): Promise<string> {
  return `${await cacheDir()}/cluster-${await moduleDigest()}`;
}

/** Changes with the module's dependencies and with the programs' own sources. */
async function moduleDigest(): Promise<string> {
  const files = ["go.mod", "go.sum", ...PROGRAMS.map((name) => `cmd/${name}/main.go`)];
  const digests = await Promise.all(
    files.map(async (file) => await sha256(await Deno.readFile(`${MODULE}/${file}`))),
  );
  const all = new TextEncoder().encode([Deno.build.arch, ...digests].join());
  return (await sha256(all)).slice(0, 16);
}

async function build(dir: string): Promise<void> {
  const draft = `${dir}.${crypto.randomUUID()}`;
  try {
    const { code, stderr } = await go([
      "build",
      "-ldflags",
      await linkerFlags(),
      "-o",
      `${draft}/`,
      "./cmd/...",
    ]);
    if (code !== 0) throw new Error(`go build in ${MODULE}: ${stderr.trim().slice(-2000)}`);
    // Two tests may have built at once; the folder of the first stays.
    await tryRun(["mv", "-T", draft, dir]);
  } finally {
    await run(["rm", "-rf", "--", draft]);
  }
}

/** No symbols, and the release that the programs shall call themselves: without it the node would be of version 0.0. */
async function linkerFlags(): Promise<string> {
  const text = await Deno.readTextFile(`${MODULE}/go.mod`);
  const version = /^\tk8s\.io\/kubernetes (v\S+)$/m.exec(text)?.[1];
  if (version === undefined) throw new Error(`${MODULE}/go.mod requires no k8s.io/kubernetes`);
  return `-s -w -X k8s.io/component-base/version.gitVersion=${version}`;
}

async function go(args: readonly string[]) {
  try {
    return await tryRun(["go", ...args], { cwd: MODULE, env: { CGO_ENABLED: "0" } });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new MissingParts(NO_GO, { cause: error });
  }
}

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}

if (import.meta.main) await clusterPrograms();
