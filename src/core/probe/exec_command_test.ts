/** What an exec probe's command knows of the container's environment. */
import assert from "node:assert/strict";
import { probeCommand } from "./exec_command.ts";

Deno.test("a probe's command knows the values that the pod gives, as they are written", () => {
  const env = [
    { name: "A", value: "1" },
    { name: "A", value: "2" },
    { name: "B", value: "$(A)" },
    { name: "C", valueFrom: {} },
  ];
  const command = ["test", "$(A)", "$(B)", "[$(C)]", "$(D)", "$$(A)"];
  assert.deepEqual(probeCommand(command, { env }), ["test", "2", "$(A)", "[]", "$(D)", "$(A)"]);
  assert.deepEqual(probeCommand(["true"], {}), ["true"]);
});
