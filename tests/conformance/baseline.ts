/** What the kubelet passes in this lab, kept outside the tree under a digest of all that it depends on. */
import { cacheDir, writeWhole } from "../lab/cache.ts";
import { clusterVersion } from "../lab/cluster_programs.ts";
import { sha256 } from "../lab/image_archive.ts";
import type { SpecResult } from "./junit.ts";
import { RECIPE } from "./suite.ts";

const TESTS = new URL("..", import.meta.url);

/** What decides which specs the kubelet passes: programs, images, network, runtime, control plane and the kubelet's configuration. */
const SOURCES = [
  "cluster/go.sum",
  "cluster/conformance/go.sum",
  "conformance/images.ts",
  "conformance/nodes.ts",
  "lab/cluster_network.ts",
  "lab/cni.ts",
  "lab/containerd_config.ts",
  "lab/control_plane.ts",
  "lab/images.ts",
  "lab/kubelet.ts",
  "lab/kubelet_config.ts",
  "lab/netns.ts",
  "lab/pause.ts",
];

/** The results of a whole run, or undefined where none is kept. */
export async function readBaseline(): Promise<readonly SpecResult[] | undefined> {
  try {
    return JSON.parse(await Deno.readTextFile(await baselinePath()));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

export async function keepBaseline(results: readonly SpecResult[]): Promise<void> {
  await writeWhole(await baselinePath(), new TextEncoder().encode(JSON.stringify(results)));
}

async function baselinePath(): Promise<string> {
  const key = (await baselineDigest((path) => Deno.readFile(new URL(path, TESTS)))).slice(0, 16);
  return `${await cacheDir()}/conformance-kubelet-${await clusterVersion()}-${key}.json`;
}

/** `read` gives a file below the folder `tests`. */
export async function baselineDigest(
  read: (path: string) => Promise<Uint8Array<ArrayBuffer>>,
): Promise<string> {
  const digests = await Promise.all(SOURCES.map(async (path) => await sha256(await read(path))));
  return await sha256(new TextEncoder().encode([RECIPE, ...digests].join()));
}
