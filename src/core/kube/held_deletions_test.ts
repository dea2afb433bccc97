/** How deletions that are held are told of and stored. */
import assert from "node:assert/strict";
import { heldDeletions, holdText, parseHold } from "./held_deletions.ts";
import type { Hold } from "./kept_pods.ts";

const hold: Hold = { reason: "OlderData", since: 7, uids: new Set(["2", "1"]) };

function items(count: number) {
  return new Map(
    Array.from({ length: count }, (_, index) => {
      const uid = String(index + 1);
      return [uid, { metadata: { namespace: "default", name: `p${uid}`, uid } }] as const;
    }),
  );
}

Deno.test("held deletions: each pod is named, and what to do", () => {
  assert.deepEqual(heldDeletions({ hold, items: items(3) }), {
    reason: "OlderData",
    since: 7,
    pods: ["default/p1", "default/p2"],
    message: "The API server has older data than before and does not show 2 pods of this node, " +
      'which run on: default/p1, default/p2. "skerry confirm-deletions" ends them.',
  });
});

Deno.test("held deletions: of many pods ten are named, and one is no plural", () => {
  const uids = new Set(items(12).keys());
  const many = heldDeletions({ hold: { ...hold, uids }, items: items(12) });
  assert.match(many?.message ?? "", /12 pods .* default\/p7 and 2 more\./);
  const one = heldDeletions({ hold: { ...hold, uids: new Set(["1"]) }, items: items(1) });
  assert.match(one?.message ?? "", / 1 pod of this node/);
});

Deno.test("held deletions: they are stored as a text, and what is none is none", () => {
  assert.deepEqual(parseHold(holdText(hold)), hold);
  assert.equal(holdText(null), "");
  for (const text of ["", "{", "[]", '{"reason":"x"}', '{"reason":"OlderData","since":"1"}']) {
    assert.equal(parseHold(text), null);
  }
});
