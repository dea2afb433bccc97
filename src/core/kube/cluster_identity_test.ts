/** When two servers are of one cluster. */
import assert from "node:assert/strict";
import { identityText, isSameCluster, parseIdentity, refreshed } from "./cluster_identity.ts";

const known = { kubeSystem: "k", node: "n" };

const cases = [
  { what: "all is as before", now: known, same: true },
  { what: "the Node was made anew", now: { kubeSystem: "k", node: "m" }, same: true },
  { what: "kube-system is another", now: { kubeSystem: "l", node: "n" }, same: false },
  { what: "kube-system may not be read", now: { kubeSystem: "", node: "n" }, same: true },
  {
    what: "it may not, and the Node is another",
    now: { kubeSystem: "", node: "m" },
    same: false,
  },
  { what: "it may not, and there is no Node", now: { kubeSystem: "", node: "" }, same: false },
];

for (const { what, now, same } of cases) {
  Deno.test(`cluster identity: ${what}`, () => assert.equal(isSameCluster(known, now), same));
}

Deno.test("cluster identity: what cannot be read now stays remembered", () => {
  assert.deepEqual(refreshed(known, { kubeSystem: "", node: "n" }), known);
  assert.deepEqual(refreshed({ kubeSystem: "", node: "n" }, known), known);
});

Deno.test("cluster identity: it is stored as a text, and what is none is none", () => {
  for (const each of [known, { kubeSystem: "", node: "n" }, { kubeSystem: "k", node: "" }]) {
    assert.deepEqual(parseIdentity(identityText(each)), each);
  }
  assert.equal(parseIdentity(""), null);
  assert.equal(parseIdentity("a b c"), null);
});
