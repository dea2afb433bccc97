/** What a release has beside the program: pages, examples, what is applied to the cluster, licences and the bill of materials. */
import type { Entry } from "./tree.ts";

const ROOT = new URL("../..", import.meta.url).pathname;

/** Files and folders of the source tree, which keep their places: the pages link to each other and to the rest. */
const SHIPPED: readonly string[] = [
  "CHANGELOG.md",
  "LICENSE",
  "README.md",
  "deploy/bridge.yaml",
  "deploy/broker",
  "deploy/cluster-identity.yaml",
  "deploy/edge-tolerations.yaml",
  "deploy/grafana",
  "deploy/prometheus",
  "docs",
  "examples",
];

/** A program of the build is of no use without the rest of the source. */
const SOURCE = /\.ts$/;

async function filesBelow(path: string): Promise<readonly string[]> {
  if ((await Deno.stat(`${ROOT}${path}`)).isFile) return [path];
  const entries = await Array.fromAsync(Deno.readDir(`${ROOT}${path}`));
  return (await Promise.all(entries.map(({ name }) => filesBelow(`${path}/${name}`)))).flat();
}

/** Texts that were made for this release. */
export interface MadeTexts {
  readonly licenses: string;
  readonly sbom: string;
}

/** The entries below `prefix`, which is empty or ends in a slash. */
export async function documents(prefix: string, made: MadeTexts): Promise<readonly Entry[]> {
  const files = (await Promise.all(SHIPPED.map(filesBelow))).flat();
  return [
    ...files.filter((path) => !SOURCE.test(path)).sort()
      .map((path) => ({ path: prefix + path, mode: 0o644, from: ROOT + path })),
    { path: `${prefix}THIRD_PARTY_LICENSES`, mode: 0o644, text: made.licenses },
    { path: `${prefix}sbom.cdx.json`, mode: 0o644, text: made.sbom },
  ];
}
