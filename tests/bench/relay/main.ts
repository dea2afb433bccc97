/**
 * `deno task bench:relay [exits|memory|bridge|missed|idle]`: what status over a message broker costs and how soon it is there, each figure
 * against its target; exits with 1 when one misses.
 */
import { buildBundle } from "../build.ts";
import { runParts } from "../report.ts";
import { crowd } from "./crowd.ts";
import { exits } from "./exits.ts";
import { idle } from "./idle.ts";
import { memory } from "./memory.ts";
import { missed } from "./missed.ts";

await buildBundle();
await runParts({
  exits: async (report) => report(await exits()),
  memory: async (report) => report(await memory()),
  bridge: async (report) => {
    report(await crowd(100));
    report(await crowd(1_000));
  },
  missed: async (report) => report(await missed()),
  idle: async (report) => report(await idle()),
}, Deno.args[0]);
