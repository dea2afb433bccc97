/** What of the API server's pods is written to the store, and when. */
import assert from "node:assert/strict";
import { fakeClock } from "../../../tests/fakes/clock.ts";
import { fakeLog } from "../../../tests/fakes/log.ts";
import { fakeStore } from "../../../tests/fakes/store.ts";
import { minute } from "../../core/instant.ts";
import { type KubeObject, pods } from "../../core/kube/resource.ts";
import { createStoredPods } from "./stored_pods.ts";

let version = 0;

function pod(name: string, fields: object = {}): KubeObject {
  const resourceVersion = String(++version);
  const metadata = { namespace: "default", name, uid: name, resourceVersion };
  const status = { phase: "Pending" };
  return Object.assign({ metadata, spec: { image: "1" }, status }, fields);
}

function stage() {
  const clock = fakeClock();
  const store = fakeStore();
  const onNode = new Set<string>();
  const isOnNode = (uid: string): boolean => onNode.has(uid);
  const open = () => createStoredPods({ clock, log: fakeLog(), store, isOnNode });
  const stored = async (): Promise<readonly KubeObject[]> => await store.objects.load(pods);
  return { clock, store, onNode, open, stored, before: () => store.disk.writes };
}

Deno.test("stored pods: a pod is written when it comes, when it changes, and with each phase", async () => {
  const { clock, open, before } = stage();
  const stored = open();
  await stored.load();
  const counts: number[] = [];
  for (
    const fields of [
      {},
      { status: { phase: "Pending", message: "m" } },
      { status: { phase: "Running" } },
      { status: { phase: "Running" }, spec: { image: "2" } },
      { status: { phase: "Running" }, spec: { image: "2" } },
    ]
  ) {
    const writes = before();
    stored.update([pod("a", fields)], "7");
    await clock.settle();
    counts.push(before() - writes);
  }
  // The version is written with the pod, where it is another.
  assert.deepEqual(counts, [2, 0, 1, 1, 0]);
  await stored.close();
});

Deno.test("stored pods: the newest status is written once, a minute after it changed, or at the end", async () => {
  const { clock, open, before, stored: read } = stage();
  const stored = open();
  await stored.load();
  stored.update([pod("a")], "1");
  await clock.settle();
  const writes = before();
  for (const message of ["1", "2", "3"]) {
    stored.update([pod("a", { status: { phase: "Pending", message } })], "1");
    await clock.advance(10_000);
  }
  assert.equal(before(), writes);
  await clock.advance(minute);
  assert.equal(before(), writes + 1);
  await clock.advance(60 * minute);
  assert.equal(before(), writes + 1);
  stored.update([pod("a", { status: { phase: "Pending", message: "4" } })], "1");
  await stored.close();
  assert.match(JSON.stringify(await read()), /"message":"4"/);
  assert.equal(clock.pendingTimers, 0);
});

Deno.test("stored pods: one that was deleted stays until it has left the node, marked for the next agent", async () => {
  const { clock, open, onNode, stored: read } = stage();
  const stored = open();
  await stored.load();
  onNode.add("a");
  stored.update([pod("a"), pod("b")], "1");
  stored.update([], "2");
  await clock.settle();
  const next = await open().load();
  assert.deepEqual(next.items, []);
  const [marked] = next.deleted;
  assert.equal(marked?.metadata?.name, "a");
  assert.ok(marked !== undefined && "deletionTimestamp" in (marked.metadata ?? {}));
  stored.left();
  await clock.settle();
  assert.equal((await read()).length, 1);
  onNode.delete("a");
  stored.left();
  await clock.settle();
  assert.deepEqual(await read(), []);
  await stored.close();
});

Deno.test("stored pods: what a full disk did not take is written once it takes it, and only the newest of it", async () => {
  const { clock, store, open, stored: read } = stage();
  const stored = open();
  await stored.load();
  store.disk.full = true;
  stored.update([pod("a"), pod("b")], "1");
  await clock.settle();
  stored.update([pod("b")], "2");
  await clock.advance(10 * minute);
  store.disk.full = false;
  await clock.advance(30_000);
  assert.deepEqual((await read()).map(({ metadata }) => metadata?.name), ["b"]);
  assert.equal((await store.facts.load()).get("PodsVersion"), "2");
  await stored.close();
});

Deno.test("stored pods: who manages which field is not stored", async () => {
  const { clock, open, stored: read } = stage();
  const stored = open();
  await stored.load();
  const { metadata } = pod("a");
  stored.update([pod("a", { metadata: { ...metadata, managedFields: [{ manager: "x" }] } })], "1");
  await clock.settle();
  assert.doesNotMatch(JSON.stringify(await read()), /managedFields/);
  await stored.close();
});
