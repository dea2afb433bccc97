/** What is stored of objects. */
import assert from "node:assert/strict";
import { absence, isAbsence, storedForm } from "./stored_form.ts";

Deno.test("an object is stored with its content and its version, without what is said about it", () => {
  const kept = {
    apiVersion: "v1",
    kind: "Secret",
    type: "Opaque",
    immutable: true,
    data: { key: "czNjcmV0" },
    metadata: { name: "keys", namespace: "default", uid: "u-1", resourceVersion: "7" },
  };
  const told = {
    ...kept,
    metadata: {
      ...kept.metadata,
      annotations: { "kubectl.kubernetes.io/last-applied-configuration": "{…}" },
      managedFields: [{ manager: "kubectl" }],
    },
    status: { loadBalancer: {} },
  };
  assert.deepEqual(storedForm(told), kept);
});

Deno.test("an object of the whole cluster has no namespace", () => {
  const metadata = { name: "gvisor", uid: "u-1", resourceVersion: "7" };
  assert.deepEqual(storedForm({ metadata }), { metadata });
});

Deno.test("that there is no object is told from every object, and has nothing of the one that was", () => {
  const none = absence({ namespace: "default", name: "conf" });
  assert.ok(isAbsence(JSON.parse(JSON.stringify(none))));
  assert.deepEqual(none.metadata, { namespace: "default", name: "conf" });
  assert.ok(!isAbsence({ metadata: { namespace: "default", name: "conf" } }));
});
