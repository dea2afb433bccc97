/** What the kubelet passes in this lab, kept outside the tree: it changes only with its release and the recipe. */
import { cacheDir, writeWhole } from "../lab/cache.ts";
import { clusterVersion } from "../lab/cluster_programs.ts";
import { sha256 } from "../lab/image_archive.ts";
import type { SpecResult } from "./junit.ts";
import { RECIPE } from "./suite.ts";

/** Raise it when images or the lab change what the kubelet passes. */
const LAB_VERSION = 1;

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
  const recipe = new TextEncoder().encode(`${LAB_VERSION} ${RECIPE}`);
  const key = (await sha256(recipe)).slice(0, 16);
  return `${await cacheDir()}/conformance-kubelet-${await clusterVersion()}-${key}.json`;
}
