/** What static pods may not refer to. */
import assert from "node:assert/strict";
import { pod, type PodBuilder } from "../../../../tests/fakes/pods.ts";
import { formatFieldPath } from "../../field_path.ts";
import { staticReferenceProblems } from "./static_references.ts";

function problems(builder: PodBuilder): readonly string[] {
  return staticReferenceProblems(builder.build().spec)
    .map(({ path, message }) => `${formatFieldPath(path)}: ${message}`);
}

const may = "static pods may not reference";

Deno.test("what a node has by itself may be used", () => {
  const fields = { fieldRef: { fieldPath: "metadata.name" } };
  assert.deepEqual(
    problems(
      pod("web").volume("a").volume("b", { hostPath: { path: "/b" } })
        .volume("c", { downwardAPI: { items: [{ path: "name", ...fields }] } })
        .volume("d", { projected: { sources: [{ downwardAPI: {} }] } })
        .container("main", { env: [{ name: "A", valueFrom: fields }] }),
    ),
    [],
  );
});

Deno.test("accounts, pull secrets and claims may not", () => {
  assert.deepEqual(
    problems(
      pod("web").spec({
        serviceAccount: "robot",
        imagePullSecrets: [{}, { name: "pull" }],
        resourceClaims: [{ name: "gpu" }],
      }),
    ),
    [
      `spec.serviceAccountName: ${may} serviceaccounts`,
      `spec.imagePullSecrets[1]: ${may} secrets`,
      `spec.resourceClaims[0]: ${may} resourceclaims`,
    ],
  );
});

Deno.test("environments of any container may not refer to objects", () => {
  const key = { name: "o", key: "k" };
  assert.deepEqual(
    problems(
      pod("web").initContainer("init", { envFrom: [{ secretRef: { name: "s" } }] })
        .container("main", {
          env: [
            { name: "A", valueFrom: { configMapKeyRef: key } },
            { name: "B", valueFrom: { secretKeyRef: key } },
          ],
        }),
    ),
    [
      `spec.initContainers[0].envFrom[0].secretRef: ${may} secrets`,
      `spec.containers[0].env[0].valueFrom.configMapKeyRef: ${may} configmaps`,
      `spec.containers[0].env[1].valueFrom.secretKeyRef: ${may} secrets`,
    ],
  );
});

Deno.test("volumes may not show objects, nor storage that is ordered from a server", () => {
  const sources = [{ secret: { name: "s" } }, { serviceAccountToken: { path: "token" } }];
  assert.deepEqual(
    problems(
      pod("web").volume("a", { configMap: { name: "c" } })
        .volume("b", { secret: { secretName: "s" } })
        .volume("c", { projected: { sources } })
        .volume("d", { persistentVolumeClaim: { claimName: "c" } }),
    ),
    [
      `spec.volumes[0].configMap: ${may} configmaps (via configmap volumes)`,
      `spec.volumes[1].secret: ${may} secrets (via secret volumes)`,
      `spec.volumes[2].projected.sources[0].secret: ${may} secrets (via projected volumes)`,
      `spec.volumes[2].projected.sources[1].serviceAccountToken: ${may} serviceaccounts ` +
      "(via projected volumes)",
      `spec.volumes[3].persistentVolumeClaim: ${may} persistentvolumeclaims`,
    ],
  );
});
