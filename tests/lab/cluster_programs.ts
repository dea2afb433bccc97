/** The programs of a real cluster, built with Go from the module in tests/cluster and kept in the lab's cache. */
import {
  type GoModule,
  goPrograms,
  kubernetesLinkerFlags,
  requiredVersion,
  requireGoPrograms,
} from "./go_module.ts";

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

const DIR = new URL("../cluster", import.meta.url).pathname;

/**
 * Gives the programs, building them first where the cache does not hold those of this module: about eight minutes with
 * nothing compiled yet, a minute with Go's own cache warm. Throws `MissingParts` where there is no Go that can.
 */
export async function clusterPrograms(): Promise<ClusterPrograms> {
  const dir = await goPrograms(await clusterModule());
  const assets = Deno.env.get("KUBEBUILDER_ASSETS") ?? "";
  const found = await Promise.all(KUBEBUILDER_PROGRAMS.map((name) => exists(`${assets}/${name}`)));
  const given = assets === "" ? [] : KUBEBUILDER_PROGRAMS.filter((_, index) => found[index]);
  return (name) => `${given.includes(name) ? assets : dir}/${name}`;
}

/** Throws `MissingParts` unless the programs are there or there is a Go to build them with. */
export async function requireClusterParts(): Promise<void> {
  await requireGoPrograms(await clusterModule());
}

/** The release of the kubelet and the control plane, such as `v1.37.2`. */
export async function clusterVersion(): Promise<string> {
  return await requiredVersion(DIR, "k8s.io/kubernetes");
}

async function clusterModule(): Promise<GoModule> {
  const flags = kubernetesLinkerFlags(await clusterVersion());
  return {
    name: "cluster",
    dir: DIR,
    sources: PROGRAMS.map((name) => `cmd/${name}/main.go`),
    builds: [["build", "-ldflags", flags, "-o", "{}/", "./cmd/..."]],
  };
}

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}

if (import.meta.main) await clusterPrograms();
