/**
 * `deno task bench:offline [reboot|transitions|store|outage|idle]`: what a node costs and how soon it is back without an API server, each
 * figure against its target; exits with 1 when one misses.
 */
import { buildBundle } from "../build.ts";
import { runParts } from "../report.ts";
import { idleWrites } from "./idle_writes.ts";
import { outage } from "./outage.ts";
import { reboot } from "./reboot.ts";
import { storeSize } from "./store_size.ts";
import { transitionWrites } from "./transitions.ts";

await buildBundle();
await runParts({
  reboot: async (report) => report(await reboot()),
  transitions: async (report) => report(await transitionWrites()),
  store: async (report) => report(await storeSize()),
  outage: async (report) => report(await outage()),
  idle: async (report) => report(await idleWrites()),
}, Deno.args[0]);
