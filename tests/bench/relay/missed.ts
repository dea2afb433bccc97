/** How soon a node is missed that reaches neither the API server nor the broker, with everybody's default times. */
import { startRelaySite } from "../../e2e/cluster/relay_site.ts";
import { waitUntil } from "../../lab/processes.ts";
import type { Figure } from "../figures.ts";
import { cutOff } from "./cut_off.ts";
import { isReady } from "./idle.ts";

/** The broker misses it after one and a half times its keep-alive of 30 s and keeps its will for 10 s; the controller-manager then waits 50 s. */
const MOST_SECONDS = 120;

export async function missed(): Promise<readonly Figure[]> {
  await using site = await startRelaySite();
  await cutOff(site);
  await site.network.cut(1);
  const began = performance.now();
  const isMissed = async (): Promise<boolean> => !await isReady(site);
  await waitUntil(isMissed, { timeoutMs: 300_000, intervalMs: 1_000 });
  return [{
    name: "both ways cut, until the node is NotReady",
    value: (performance.now() - began) / 1_000,
    unit: "s",
    atMost: MOST_SECONDS,
  }];
}
