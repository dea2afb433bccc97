/** What a pod refers to. */
import assert from "node:assert/strict";
import { pod } from "../../../tests/fakes/pods.ts";
import { podReferences } from "./references.ts";

Deno.test("everything that a pod refers to, with what it is for", () => {
  const key = { key: "k" };
  const { spec } = pod("web")
    .spec({ imagePullSecrets: [{ name: "pull" }, {}] })
    .initContainer("init", { envFrom: [{ configMapRef: { name: "init-conf" } }, {}] })
    .container("main", {
      env: [
        { name: "A", value: "a" },
        { name: "B", valueFrom: { configMapKeyRef: { name: "conf", ...key } } },
        { name: "C", valueFrom: { secretKeyRef: { name: "keys", ...key } } },
        { name: "D", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
      ],
    })
    .spec({
      ephemeralContainers: [{ name: "debug", envFrom: [{ secretRef: { name: "tokens" } }] }],
    })
    .volume("a", { configMap: { name: "conf" } })
    .volume("b", { secret: { secretName: "files" } })
    .volume("c", {
      projected: {
        sources: [{ configMap: { name: "more" } }, { secret: {} }, { downwardAPI: {} }],
      },
    })
    .volume("d")
    .build();
  assert.deepEqual(
    podReferences(spec).map(({ kind, name, use }) => `${kind} ${name} ${use}`),
    [
      "Secret pull Start",
      "ConfigMap init-conf Start",
      "ConfigMap conf Start",
      "Secret keys Start",
      "Secret tokens Start",
      "ConfigMap conf Volume",
      "Secret files Volume",
      "ConfigMap more Volume",
    ],
  );
});
