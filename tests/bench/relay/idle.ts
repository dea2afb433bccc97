/** What a node with ten pods costs on the wire while nothing happens and only the broker is there, and whether it stays Ready. */
import type { Node } from "../../../src/core/node/node_object.ts";
import { FOREVER, scriptPod } from "../../e2e/manifest.ts";
import { NODE, type RelaySite, startRelaySite } from "../../e2e/cluster/relay_site.ts";
import type { Figure } from "../figures.ts";
import { cutOff, pass } from "./cut_off.ts";
import { wireBytes } from "./wire.ts";

const PODS = 10;
const MINUTES = 10;
const LOOK_MS = 5_000;

export async function idle(): Promise<readonly Figure[]> {
  await using site = await startRelaySite();
  await startPods(site);
  await cutOff(site);
  const before = await wireBytes(site.edge, "broker0");
  const notReady = await looksNotReady(site);
  const bytes = await wireBytes(site.edge, "broker0") - before;
  return [
    {
      name: `${PODS} pods idle for ${MINUTES} min over the broker, on the wire`,
      value: bytes * 8 / (MINUTES * 60) / 1_000,
      unit: "kbit/s",
      atMost: 0.25,
    },
    {
      name: `of ${MINUTES} min without an API link, not Ready`,
      value: notReady * LOOK_MS / 1_000,
      unit: "s",
      atMost: 0,
    },
  ];
}

async function startPods({ cluster }: RelaySite): Promise<void> {
  const names = Array.from({ length: PODS }, (_, index) => `idle-${index}`);
  await cluster.apply(...names.map((name) => scriptPod(name, FOREVER, { nodeName: NODE })));
  const pods = names.map((name) => `pod/${name}`);
  await cluster.kubectl(["wait", "--for=condition=Ready", ...pods, "--timeout=180s"]);
}

export async function isReady({ cluster }: RelaySite): Promise<boolean> {
  const { status }: Node = await (await cluster.fetch(`/api/v1/nodes/${NODE}`)).json();
  return status?.conditions?.find(({ type }) => type === "Ready")?.status === "True";
}

/** In how many of the looks. */
async function looksNotReady(site: RelaySite): Promise<number> {
  const until = performance.now() + MINUTES * 60_000;
  let count = 0;
  while (performance.now() < until) {
    if (!await isReady(site)) count += 1;
    await pass(LOOK_MS);
  }
  return count;
}
