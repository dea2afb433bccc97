/** What it takes to read what a node's pods use, with 100 containers on either node. */
import { type Figure, median } from "../figures.ts";
import { usage } from "../usage.ts";
import { type Bench, NODE_NAMES, type NodeName } from "./nodes.ts";

const PATHS = ["/metrics/resource", "/stats/summary"] as const;
const ROUNDS = 3;
/** Over one connection, as scrapers keep it. */
const REQUESTS = 10;
/** As often as Prometheus and metrics-server ask, or more often. */
const SCRAPE_MS = 10_000;
const SCRAPES = 6;

/** Of nodes that have run those pods for a while. */
export async function clusterStats(bench: Bench): Promise<readonly Figure[]> {
  return [...await times(bench), ...await processorOfScrapes(bench)];
}

type PerNode = Readonly<Record<NodeName, number>>;

async function times(bench: Bench): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  for (const path of PATHS) {
    const took: Record<NodeName, number[]> = { skerry: [], kubelet: [] };
    for (let round = 0; round < ROUNDS; round++) {
      for (const node of NODE_NAMES) took[node].push(...await read(bench, { node, path }));
    }
    const middle = { skerry: median(took.skerry), kubelet: median(took.kubelet) };
    figures.push(...compared(`${path} of 100 containers`, { unit: "ms", ...middle }));
  }
  return figures;
}

/** All that the process does meanwhile counts: a kubelet measures whether somebody asks or not. */
async function processorOfScrapes(bench: Bench): Promise<readonly Figure[]> {
  const before = cpuSeconds(bench);
  for (let scrape = 0; scrape < SCRAPES; scrape++) {
    const next = new Promise((resolve) => setTimeout(resolve, SCRAPE_MS));
    for (const node of NODE_NAMES) {
      for (const path of PATHS) await read(bench, { node, path, requests: 1 });
    }
    await next;
  }
  const after = cpuSeconds(bench);
  const percent = (node: NodeName): number =>
    (after[node] - before[node]) / (SCRAPES * SCRAPE_MS / 1000) * 100;
  const name = `100 containers, ${PATHS.join(" and ")} read every ${SCRAPE_MS / 1000} s, CPU`;
  return compared(name, { unit: "%", skerry: percent("skerry"), kubelet: percent("kubelet") });
}

function cpuSeconds({ nodes }: Bench): PerNode {
  const of = (name: NodeName): number => {
    const { pid } = nodes[name];
    if (pid === undefined) throw new Error(`${name} does not run`);
    return usage(pid).cpuSeconds;
  };
  return { skerry: of("skerry"), kubelet: of("kubelet") };
}

interface Reading {
  readonly node: NodeName;
  readonly path: string;
  readonly requests?: number;
}

/** The milliseconds that each of some requests took, one after the other; the first, with the connection's making, left out of several. */
async function read(
  { machines, cluster }: Bench,
  { node, path, requests = REQUESTS }: Reading,
): Promise<readonly number[]> {
  const url = `https://${machines[node].nodeAddress}:10250${path}`;
  const { stdout } = await machines[node].exec([
    "curl",
    "--insecure",
    "--silent",
    "--fail",
    "--cert",
    `${cluster.pki.dir}/admin.crt`,
    "--key",
    `${cluster.pki.dir}/admin.key`,
    "--write-out",
    "%{http_code} %{time_total}\n",
    ...Array.from({ length: requests }, () => ["--output", "/dev/null", url]).flat(),
  ]);
  const answers = stdout.trimEnd().split("\n").map((line) => line.split(" "));
  if (answers.length !== requests || answers.some(([code]) => code !== "200")) {
    throw new Error(`${node} does not answer ${path}: ${stdout}`);
  }
  return answers.map(([, seconds]) => Number(seconds) * 1000).slice(requests > 1 ? 1 : 0);
}

function compared(
  name: string,
  { unit, skerry, kubelet }: PerNode & { readonly unit: string },
): readonly Figure[] {
  return [
    { name: `${name}, kubelet`, value: kubelet, unit },
    { name, value: skerry, unit },
    { name: `${name} / kubelet`, value: skerry / kubelet, unit: "x", atMost: 1 },
  ];
}
