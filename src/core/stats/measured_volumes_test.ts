/** Tests of which volumes are measured. */
import assert from "node:assert/strict";
import { pod } from "../../../tests/fakes/pods.ts";
import type { Volume } from "../k8s.ts";
import { measuredVolumes } from "./measured_volumes.ts";

const paths = { rootDir: "/var/lib/skerry", podLogsDir: "/var/log/pods" };

const cases: Readonly<Record<string, readonly [Omit<Volume, "name">, boolean | undefined]>> = {
  "an emptyDir on disk is the pod's own use": [{ emptyDir: {} }, true],
  "one in memory is not": [{ emptyDir: { medium: "Memory" } }, false],
  "a ConfigMap is": [{ configMap: { name: "c" } }, true],
  "a Secret is not: it lies in memory": [{ secret: { secretName: "s" } }, false],
  "what lies elsewhere on the node is not measured": [{ hostPath: { path: "/srv" } }, undefined],
};

for (const [what, [source, isEphemeral]] of Object.entries(cases)) {
  Deno.test(`volumes measured: ${what}`, () => {
    const built = pod("web").build();
    const spec = { ...built.spec, volumes: [{ name: "v", ...source }] };
    assert.equal(measuredVolumes({ ...built, spec }, paths)[0]?.isEphemeral, isEphemeral);
  });
}
