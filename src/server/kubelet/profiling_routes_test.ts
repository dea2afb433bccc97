/** What `/debug/pprof/` answers where it is switched on. */
import assert from "node:assert/strict";
import { startTestServer, testDebugging } from "../../../tests/fakes/kubelet_server.ts";
import { Conflict } from "../../ports/errors.ts";
import type { Profiler } from "../../ports/profiler.ts";

function setup(own: Partial<Profiler> = {}) {
  const asked: string[] = [];
  const profiler: Profiler = {
    memory: () => Promise.resolve({ process: { rss: 1 }, heap: {}, spaces: [] }),
    profile(kind, { ms }) {
      asked.push(`${kind} for ${ms} ms`);
      return Promise.resolve(`{"of":"${kind}"}`);
    },
    ...own,
  };
  const app = { debugging: { ...testDebugging, profiler } };
  return { asked, starting: startTestServer({ app }) };
}

interface Case {
  readonly ask: string;
  readonly method?: string;
  readonly status: number;
  readonly body: RegExp;
}

const cases: readonly Case[] = [
  { ask: "/", status: 200, body: /\nprofile\?seconds=30 {3}where the time goes/ },
  { ask: "/heap", status: 200, body: /^{"process":{"rss":1},"heap":{},"spaces":\[\]}$/ },
  { ask: "/profile", status: 200, body: /^{"of":"cpu"}$/ },
  { ask: "/profile?seconds=5", status: 200, body: /^{"of":"cpu"}$/ },
  { ask: "/allocs?seconds=-1", status: 200, body: /^{"of":"allocations"}$/ },
  { ask: "/profile?seconds=301", status: 400, body: /^a profile takes 300 seconds at most\n$/ },
  { ask: "/trace", status: 501, body: /^V8 has no execution trace\n$/ },
  { ask: "/heapsnapshot", status: 501, body: /keys and tokens/ },
  { ask: "/constructor", status: 404, body: /^Unknown profile\n$/ },
  { ask: "/profile", method: "POST", status: 405, body: /^405: Method Not Allowed$/ },
];

Deno.test("each profile has its place, and what there is not says why", async (t) => {
  const { starting, asked } = setup();
  await using server = await starting;
  for (const { ask, method = "GET", status, body } of cases) {
    await t.step(`${method} ${ask}`, async () => {
      const answer = await server.ask(`/debug/pprof${ask}`, { method });
      assert.equal(answer.status, status);
      assert.match(answer.body, body);
    });
  }
  assert.deepEqual(asked, ["cpu for 30000 ms", "cpu for 5000 ms", "allocations for 30000 ms"]);
});

Deno.test("a profile that cannot be made says why: 500 while there is another, 501 for good", async () => {
  const fails = [new Conflict("a profile is being made already"), new Error("no inspector")];
  const { starting } = setup({ profile: () => Promise.reject(fails.shift()) });
  await using server = await starting;
  const busy = await server.ask("/debug/pprof/profile");
  assert.deepEqual([busy.status, busy.body], [500, "a profile is being made already\n"]);
  const never = await server.ask("/debug/pprof/allocs");
  assert.deepEqual([never.status, never.body], [501, "this cannot be had here: no inspector\n"]);
});
