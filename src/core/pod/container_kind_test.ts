/** Which list a container stands in. */
import assert from "node:assert/strict";
import { pod } from "../../../tests/fakes/pods.ts";
import { containerKind } from "./container_kind.ts";

const { spec } = pod("web").initContainer("init").sidecar("side").container("main")
  .spec({ ephemeralContainers: [{ name: "debug" }] }).build();
const cases = [
  { name: "main", kind: "Main" },
  { name: "init", kind: "Init" },
  { name: "side", kind: "Init" },
  { name: "debug", kind: "Ephemeral" },
  { name: "unknown", kind: "Main" },
];
for (const { name, kind } of cases) {
  Deno.test(`container ${name} is of kind ${kind}`, () => {
    assert.equal(containerKind(spec, { name }), kind);
  });
}
