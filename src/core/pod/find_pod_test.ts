/** Which pod a name means. */
import assert from "node:assert/strict";
import { pod } from "../../../tests/fakes/pods.ts";
import { podKey } from "../k8s.ts";
import { findPod, type PodQuery } from "./find_pod.ts";

const onEdge = { nodeName: "edge-1" };
const pods = [
  pod("web-edge-1").spec(onEdge).build(),
  pod("db-edge-1").spec(onEdge).build(),
  pod("db-edge-1").namespace("kube-system").spec(onEdge).build(),
  pod("db").namespace("other").build(),
  pod("log").namespace("a").build(),
  pod("log").namespace("b").build(),
];

const cases: readonly (readonly [query: PodQuery, expected: string])[] = [
  [{ text: "web-edge-1" }, "default/web-edge-1"],
  [{ text: "web" }, "default/web-edge-1"],
  [{ text: "default/web" }, "default/web-edge-1"],
  [{ text: "pod/web-edge-1" }, "default/web-edge-1"],
  [{ text: "pods/db", namespace: "kube-system" }, "kube-system/db-edge-1"],
  [{ text: "db" }, "other/db"],
  [{ text: "db", namespace: "kube-system" }, "kube-system/db-edge-1"],
  [{ text: "kube-system/db", namespace: "default" }, "kube-system/db-edge-1"],
  [
    { text: "db-edge-1" },
    'Ambiguous: "db-edge-1" may mean any of default/db-edge-1, kube-system/db-edge-1',
  ],
  [{ text: "log" }, 'Ambiguous: "log" may mean any of a/log, b/log'],
  [{ text: "nope" }, 'NotFound: no pod "nope" on this node'],
  [{ text: "web", namespace: "a" }, 'NotFound: no pod "web" in namespace "a" on this node'],
  [{ text: "a/web" }, 'NotFound: no pod "a/web" on this node'],
  [{ text: "" }, 'NotFound: no pod "" on this node'],
];

for (const [query, expected] of cases) {
  Deno.test(`find pod ${JSON.stringify(query)}: ${expected}`, () => {
    const found = findPod(pods, query);
    const got = found.ok ? podKey(found.value) : `${found.error.kind}: ${found.error.message}`;
    assert.equal(got, expected);
  });
}
