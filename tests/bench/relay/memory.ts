/** What the relay takes of the agent's memory while it works, beside an agent without one in the same state. */
import { FOREVER, scriptPod } from "../../e2e/manifest.ts";
import { NODE, type RelaySite, startRelaySite } from "../../e2e/cluster/relay_site.ts";
import { type LabAgent, labAgent } from "../../lab/agent.ts";
import { type Figure, median } from "../figures.ts";
import { usage } from "../usage.ts";
import { pass } from "./cut_off.ts";

const PODS = 10;
const ROUNDS = 3;
/** The broker is taken after 20 s. */
const REST_MS = 60_000;

export async function memory(): Promise<readonly Figure[]> {
  await using site = await startRelaySite();
  const { cluster } = site;
  const names = Array.from({ length: PODS }, (_, index) => `idle-${index}`);
  await cluster.apply(...names.map((name) => scriptPod(name, FOREVER, { nodeName: NODE })));
  const pods = names.map((name) => `pod/${name}`);
  await cluster.kubectl(["wait", "--for=condition=Ready", ...pods, "--timeout=180s"]);
  await site.agent.stop();
  await site.link.cut();
  const [withRelay, without]: [number[], number[]] = [[], []];
  for (let round = 0; round < ROUNDS; round++) {
    without.push(await rssOf(await plainAgent(site)));
    withRelay.push(await rssOf(await site.again()));
  }
  const [more, less] = [median(withRelay), median(without)];
  return [
    { name: "agent without a relay, no API link, RSS", value: less, unit: "MB" },
    { name: "agent that relays, RSS", value: more, unit: "MB" },
    { name: "agent that relays, RSS above one without", value: more - less, unit: "MB", atMost: 6 },
  ];
}

async function plainAgent({ edge, kubeconfig }: RelaySite): Promise<LabAgent> {
  return await labAgent(edge, { nodeName: NODE, kubeconfig });
}

async function rssOf(agent: LabAgent): Promise<number> {
  await agent.start();
  await pass(REST_MS);
  const { rssMb } = usage(agent.pid ?? NaN);
  await agent.stop();
  return rssMb;
}
