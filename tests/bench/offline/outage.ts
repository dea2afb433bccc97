/** A day without a link and ten thousand transitions in it: how soon the API server knows all of it, and how many requests that takes. */
import { minute, second } from "../../../src/core/instant.ts";
import { pod } from "../../fakes/pods.ts";
import { createWorld, type World } from "../../scenario/world.ts";
import type { Figure } from "../figures.ts";
import { fakeStore } from "../../fakes/store.ts";
import { countedStore } from "./counted_store.ts";
import { exitAll, ROUND_MS } from "./transitions.ts";

const PODS = 20;
const TRANSITIONS = 10_000;
const OUTAGE_MS = 24 * 60 * minute;
const LONGEST_DRAIN_S = 300;

export async function outage(): Promise<readonly Figure[]> {
  const { store, transitions } = countedStore(fakeStore());
  await using world = await createWorld({ inCluster: true, store: () => store });
  const names = Array.from({ length: PODS }, (_, index) => `pod-${index}`);
  await world.cluster.bind(...names.map((name) => pod(name)));
  await world.advance(ROUND_MS);
  world.cluster.server.goDown();
  const until = world.clock.now() + OUTAGE_MS;
  const before = transitions();
  const seen = (): number => transitions() - before;
  while (seen() < TRANSITIONS) await exitAll(world, names);
  await world.advance(Math.max(0, until - world.clock.now()));
  world.runtime.forgetCalls();
  world.cluster.server.comeBack();
  const drain = await untilKnown(world, names);
  return [
    { name: "24 h without a link, transitions", value: seen(), unit: "" },
    { name: "24 h without a link, until all is told", value: drain.seconds, unit: "s", atMost: 60 },
    {
      name: "24 h without a link, requests in the busiest second of that",
      value: drain.busiest,
      unit: "",
      atMost: 10,
    },
    {
      name: "24 h without a link, containers restarted for its return",
      value: world.runtime.story().length,
      unit: "",
      atMost: 0,
    },
  ];
}

/** Second by second, until the server has every status and nothing waits in the journal. */
async function untilKnown(
  world: World,
  names: readonly string[],
): Promise<{ readonly seconds: number; readonly busiest: number }> {
  const { requests } = world.cluster.server;
  let busiest = 0;
  for (let seconds = 1; seconds <= LONGEST_DRAIN_S; seconds++) {
    const before = requests.length;
    await world.advance(second);
    busiest = Math.max(busiest, requests.length - before);
    if (isKnown(world, names)) return { seconds, busiest };
  }
  throw new Error(`after ${LONGEST_DRAIN_S} s the API server does not know all`);
}

function isKnown(world: World, names: readonly string[]): boolean {
  const restarts = (status: { readonly containerStatuses?: readonly unknown[] }): string =>
    JSON.stringify(status.containerStatuses);
  const isShown = names.every((name) =>
    restarts(world.cluster.status(name)) === restarts(world.status(name))
  );
  return isShown && (world.metrics().get("skerry_journal_waiting_records") ?? 0) === 0;
}
