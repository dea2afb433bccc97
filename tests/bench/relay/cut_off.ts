/** A site whose API link is gone, and whose relay has come to rest. */
import type { RelaySite } from "../../e2e/cluster/relay_site.ts";
import { waitUntil } from "../../lab/processes.ts";

/** For the snapshot, its acknowledgements, and what the cut itself has caused. */
const REST_MS = 30_000;

export async function cutOff({ link, agent }: RelaySite): Promise<void> {
  await link.cut();
  const relays = async (): Promise<boolean> =>
    /status goes over the broker .*acknowledged/.test((await agent.skerry(["status"])).stdout);
  if (!await waitUntil(relays, { timeoutMs: 120_000, intervalMs: 1_000 })) {
    throw new Error(`the node does not relay:\n${(await agent.skerry(["status"])).stdout}`);
  }
  await pass(REST_MS);
}

export async function pass(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}
