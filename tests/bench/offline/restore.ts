/** Opens the store in the folder that is its argument, reads all of it as a starting agent does, and tells what that took. */
import { configMaps, nodes, pods, secrets } from "../../../src/core/kube/resource.ts";
import { fakeLog } from "../../fakes/log.ts";
import { openStoreIn } from "../../power/open_store.ts";

export interface Restored {
  readonly ms: number;
  readonly rssBytes: number;
  /** Objects, memories and tokens that were there. */
  readonly count: number;
}

const began = performance.now();
const { memories, objects, tokens, facts, close } = await openStoreIn(
  Deno.args[0] ?? "",
  fakeLog(),
);
const kept = [
  await memories.load(),
  await tokens.load(),
  await facts.load(),
  ...await Promise.all([pods, nodes, configMaps, secrets].map((each) => objects.load(each))),
];
const restored: Restored = {
  ms: performance.now() - began,
  rssBytes: Deno.memoryUsage().rss,
  count: kept.map((each) => "size" in each ? each.size : each.length).reduce((a, b) => a + b, 0),
};
await close();
console.log(JSON.stringify(restored));
