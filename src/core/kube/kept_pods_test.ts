/** What stays of a node's pods, answer after answer. */
import assert from "node:assert/strict";
import {
  absentFrom,
  afterAnswer,
  afterConfirmation,
  keptEarlier,
  type KeptPods,
  type ServerAnswer,
} from "./kept_pods.ts";
import type { KubeObject } from "./resource.ts";

function pod(name: string, uid = name): KubeObject {
  return { metadata: { namespace: "default", name, uid } };
}

function pods(...names: readonly string[]): readonly KubeObject[] {
  return names.map((name) => pod(name));
}

function answer(fields: Partial<ServerAnswer<KubeObject>>): ServerAnswer<KubeObject> {
  return {
    items: [],
    unconfirmed: [],
    deleted: [],
    resourceVersion: "100",
    wentBack: false,
    ...fields,
  };
}

const before = keptEarlier({
  items: pods("a", "b", "c"),
  resourceVersion: "100",
  hold: null,
});

function after(
  kept: KeptPods<KubeObject>,
  fields: Partial<ServerAnswer<KubeObject>>,
  cluster: "Same" | "Other" = "Same",
): KeptPods<KubeObject> {
  return afterAnswer(kept, answer(fields), { cluster, now: 5 });
}

function names({ items }: KeptPods<KubeObject>): readonly string[] {
  return [...items.values()].map(({ metadata }) => metadata?.name ?? "").toSorted();
}

Deno.test("kept pods: a newer list of the same cluster may take all", () => {
  const kept = after(before, { resourceVersion: "101" });
  assert.deepEqual([names(kept), kept.hold, kept.newest], [[], null, 101n]);
});

Deno.test("kept pods: what was deleted in so many words is not missed", () => {
  const said = answer({ items: pods("a"), deleted: pods("b") });
  assert.deepEqual(absentFrom(before, said), ["c"]);
});

Deno.test("kept pods: another cluster takes none, and its own pods are there", () => {
  const kept = after(before, { items: pods("d"), resourceVersion: "7" }, "Other");
  assert.deepEqual(names(kept), ["a", "b", "c", "d"]);
  assert.deepEqual(kept.hold, {
    reason: "OtherCluster",
    since: 5,
    uids: new Set(["a", "b", "c"]),
  });
});

Deno.test("kept pods: what takes a held pod's name waits for it", () => {
  const kept = after(before, { items: [pod("a", "new"), pod("d")] }, "Other");
  assert.deepEqual([...kept.items.keys()].toSorted(), ["a", "b", "c", "d"]);
  const confirmed = after(afterConfirmation(kept), { items: [pod("a", "new"), pod("d")] });
  assert.deepEqual([...confirmed.items.keys()].toSorted(), ["d", "new"]);
});

Deno.test("kept pods: the right cluster ends the hold, with its word for each pod", () => {
  const held = after(before, {}, "Other");
  const kept = after(held, { items: pods("a"), resourceVersion: "120" });
  assert.deepEqual([names(kept), kept.hold], [["a"], null]);
});

Deno.test("kept pods: a server with older data takes less than half when it has come as far", () => {
  const older = { items: pods("a", "b", "c"), unconfirmed: [], resourceVersion: "50" };
  const some = after(before, { ...older, unconfirmed: older.items.slice(2) });
  assert.deepEqual([names(some), some.hold, some.newest], [["a", "b", "c"], null, 100n]);
  const later = after(some, { items: pods("a", "b"), resourceVersion: "100" });
  assert.deepEqual([names(later), later.hold], [["a", "b"], null]);
});

Deno.test("kept pods: more than half are held, also when it has come as far and has told of new ones", () => {
  const items = pods("a", "b", "c");
  const held = after(before, { items, unconfirmed: items.slice(1), resourceVersion: "50" });
  assert.equal(held.hold?.reason, "OlderData");
  const many = pods("a", "d", "e", "f", "g", "h");
  const later = after(held, { items: many, resourceVersion: "200" });
  assert.deepEqual([...later.hold?.uids ?? []], ["b", "c"]);
  assert.deepEqual(names(later), ["a", "b", "c", "d", "e", "f", "g", "h"]);
});

Deno.test("kept pods: the hold goes on after a restart", () => {
  const hold = { reason: "OlderData", since: 1, uids: new Set(["b", "c"]) } as const;
  const kept = keptEarlier({ items: pods("a", "b", "c", "d", "e"), resourceVersion: "100", hold });
  const next = after(kept, { items: pods("a", "d", "e"), resourceVersion: "300" });
  assert.deepEqual([...next.hold?.uids ?? []], ["b", "c"]);
  assert.equal(next.hold?.since, 1);
});

Deno.test("kept pods: they are shown again, and nothing is held", () => {
  const held = after(before, { resourceVersion: "50" });
  assert.equal(held.hold?.reason, "OlderData");
  const kept = after(held, { items: pods("a", "b", "c"), resourceVersion: "130" });
  assert.deepEqual([kept.hold, kept.wentBack, kept.newest], [null, false, 130n]);
});

Deno.test("kept pods: one that is deleted in so many words leaves the hold, the others stay", () => {
  const held = after(before, { resourceVersion: "50" });
  const kept = after(held, { deleted: pods("a"), resourceVersion: "51" });
  assert.deepEqual([names(kept), [...kept.hold?.uids ?? []]], [["b", "c"], ["b", "c"]]);
});

Deno.test("kept pods: once confirmed they are gone, also while a server with older data is waited for", () => {
  const items = pods("a", "b", "c");
  const older = { items, unconfirmed: items, resourceVersion: "50" };
  const confirmed = afterConfirmation(after(before, older));
  assert.deepEqual(names(confirmed), []);
  const kept = after(confirmed, older);
  assert.deepEqual([names(kept), kept.hold, kept.newest], [[], null, 50n]);
  assert.deepEqual(names(after(kept, { items: pods("d"), resourceVersion: "51" })), ["d"]);
});

Deno.test("kept pods: an object that went back, or a server that was found to, counts as older data", () => {
  const versioned = (name: string, resourceVersion: string): KubeObject => ({
    metadata: { ...pod(name).metadata, resourceVersion },
  });
  const items = [versioned("a", "90"), ...pods("b", "c")];
  const kept = keptEarlier({ items, resourceVersion: "100", hold: null });
  const resourceVersion = "150";
  const older = after(kept, { items: [versioned("a", "40")], resourceVersion });
  assert.equal(older.hold?.reason, "OlderData");
  assert.equal(after(kept, { items: [items[0] ?? {}], resourceVersion }).hold, null);
  const found = after(kept, { items: [items[0] ?? {}], resourceVersion, wentBack: true });
  assert.equal(found.hold?.reason, "OlderData");
});

Deno.test("kept pods: what another cluster counts is forgotten with it", () => {
  const held = after(before, { resourceVersion: "9000" }, "Other");
  const unconfirmed = pods("b", "c");
  const items = [...pods("a"), ...unconfirmed];
  const kept = after(held, { items, unconfirmed, resourceVersion: "120" });
  assert.deepEqual([names(kept), kept.hold], [["a"], null]);
});
