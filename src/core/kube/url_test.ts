/** Where objects and lists lie. */
import assert from "node:assert/strict";
import { leases, nodes, pods, serviceAccounts } from "./resource.ts";
import { collectionPath, objectPath, queryText } from "./url.ts";

Deno.test("objects", () => {
  const namespace = "default";
  assert.equal(objectPath({ resource: nodes, name: "edge-1" }), "/api/v1/nodes/edge-1");
  assert.equal(
    objectPath({ resource: pods, namespace, name: "web", subresource: "status" }),
    "/api/v1/namespaces/default/pods/web/status",
  );
  assert.equal(
    objectPath({ resource: serviceAccounts, namespace, name: "a/b", subresource: "token" }),
    "/api/v1/namespaces/default/serviceaccounts/a%2Fb/token",
  );
  assert.equal(
    objectPath({ resource: leases, namespace: "kube-node-lease", name: "edge-1" }),
    "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/edge-1",
  );
});

Deno.test("lists", () => {
  assert.equal(collectionPath({ resource: pods }), "/api/v1/pods");
  assert.equal(collectionPath({ resource: nodes, namespace: "ignored" }), "/api/v1/nodes");
});

Deno.test("parameters without a value are left out", () => {
  assert.equal(queryText({ a: undefined, b: "" }), "");
  assert.equal(
    queryText({ watch: true, fieldSelector: "spec.nodeName=a", limit: 500 }),
    "?watch=true&fieldSelector=spec.nodeName%3Da&limit=500",
  );
});
