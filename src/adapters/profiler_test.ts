/** V8's profiles of this very process. */
import assert from "node:assert/strict";
import { fakeClock } from "../../tests/fakes/clock.ts";
import { Conflict } from "../ports/errors.ts";
import { v8Profiler } from "./profiler.ts";

const { signal } = new AbortController();

/** What a profile shows by this name is what it was told to look at. */
function squander(): number {
  let sum = 0;
  const kept: unknown[] = [];
  for (let i = 0; i < 300_000; i++) {
    sum += Math.sqrt(i);
    kept.push({ i, text: `${sum}` });
  }
  return kept.length;
}

/** A clock that spends its time working. */
function busyProfiler() {
  return v8Profiler({ clock: { sleep: () => Promise.resolve(void squander()) } });
}

Deno.test("a CPU profile names the functions in which the time went", async () => {
  const profile = JSON.parse(await busyProfiler().profile("cpu", { ms: 1, signal }));
  const names = profile.nodes.map(
    (node: { callFrame: { functionName: string } }) => node.callFrame.functionName,
  );
  assert.ok(names.includes("squander"), names.join(" "));
  assert.ok(profile.endTime > profile.startTime);
});

Deno.test("a profile of allocations names who allocates, and holds no value of theirs", async () => {
  const text = await busyProfiler().profile("allocations", { ms: 1, signal });
  assert.deepEqual(Object.keys(JSON.parse(text)).sort(), ["head", "samples"]);
  assert.match(text, /"functionName":"squander"/);
});

Deno.test("memory is told of in bytes", async () => {
  const { process, heap, spaces } = await busyProfiler().memory();
  assert.ok((process["rss"] ?? 0) > 10_000_000);
  assert.ok((heap["used_heap_size"] ?? 0) > 1_000_000);
  assert.ok(spaces.some(({ space_name: name }) => name === "old_space"));
});

Deno.test("one profile at a time; one that is broken off makes room for the next", async () => {
  const clock = fakeClock();
  const profiler = v8Profiler({ clock });
  const first = new AbortController();
  const broken = profiler.profile("cpu", { ms: 1_000, signal: first.signal });
  const refused = profiler.profile("allocations", { ms: 1_000, signal });
  await assert.rejects(refused, Conflict);
  first.abort(new Error("gone"));
  await assert.rejects(broken, /gone/);
  assert.match(await busyProfiler().profile("cpu", { ms: 1, signal }), /"nodes"/);
});
