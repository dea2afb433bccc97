/** How sandboxes take turns. */
import assert from "node:assert/strict";
import { fakeClock } from "../../tests/fakes/clock.ts";
import { node } from "../../tests/fakes/node.ts";
import { pod } from "../../tests/fakes/pods.ts";
import { fakeRuntime } from "../../tests/fakes/runtime.ts";
import { sandboxConfig } from "../core/cri/sandbox_config.ts";
import type { SandboxConfig } from "../core/cri/types.ts";
import { pacedRuntime } from "./paced_runtime.ts";

function config(name: string): SandboxConfig {
  return sandboxConfig({ pod: pod(name).build(), attempt: 0, node: node() });
}

function stage(ms: number, rankOf: (uid: string) => number = () => 0) {
  const clock = fakeClock();
  const runtime = fakeRuntime({ clock });
  runtime.delay("runSandbox", { ms, times: 100 });
  const paced = pacedRuntime(runtime, { clock, sideBySide: 2, rankOf });
  const ready: string[] = [];
  for (const uid of ["a", "b", "c", "d", "e"]) {
    paced.runSandbox(config(uid)).then(() => ready.push(uid), () => ready.push(`no ${uid}`));
  }
  return { clock, runtime, ready };
}

Deno.test("sandboxes are made some at a time, in the order in which they were asked for", async () => {
  const { clock, runtime, ready } = stage(100);
  await clock.settle();
  assert.deepEqual(runtime.story(), ["runSandbox a", "runSandbox b"]);
  await clock.advance(100);
  assert.deepEqual(ready, ["a", "b"]);
  await clock.advance(200);
  assert.deepEqual(ready, ["a", "b", "c", "d", "e"]);
  assert.equal(clock.pendingTimers, 0);
});

Deno.test("a sandbox that is not made in time holds nobody up", async () => {
  const { clock, runtime, ready } = stage(60_000);
  await clock.advance(4_000);
  assert.equal(runtime.story().length, 5);
  await clock.advance(60_000);
  assert.equal(ready.length, 5);
});

Deno.test("one that cannot be made gives its turn on", async () => {
  const clock = fakeClock();
  const runtime = fakeRuntime({ clock });
  runtime.fail("runSandbox", { error: "no network", times: 3 });
  const paced = pacedRuntime(runtime, { clock, sideBySide: 1, rankOf: () => 0 });
  const ends = await Promise.allSettled(
    ["a", "b", "c", "d"].map((uid) => paced.runSandbox(config(uid))),
  );
  assert.deepEqual(ends.map(({ status }) => status), [
    "rejected",
    "rejected",
    "rejected",
    "fulfilled",
  ]);
});

Deno.test("of those that wait the highest rank goes first", async () => {
  const ranks: Readonly<Record<string, number>> = { c: -1, d: 0, e: 7 };
  const { clock, runtime } = stage(100, (uid) => ranks[uid.replace("-uid", "")] ?? 0);
  await clock.advance(1_000);
  assert.deepEqual(runtime.story().map((call) => call.replace("runSandbox ", "")), [
    "a",
    "b",
    "e",
    "d",
    "c",
  ]);
});
