import assert from "node:assert/strict";
import { parseOptions } from "./options.ts";

Deno.test("Skerry is measured, and all specs, unless the options say otherwise", () => {
  const { focus, node } = parseOptions([]);
  assert.deepEqual({ focus, node }, { focus: undefined, node: "skerry" });
  const given = parseOptions(["--focus", "Probing", "--node=kubelet", "--processes=3"]);
  assert.deepEqual(given, { focus: "Probing", node: "kubelet", processes: 3 });
});

Deno.test("an option that is none is refused with the way out", () => {
  assert.throws(() => parseOptions(["--node=k3s"]), /--node k3s: give "skerry" or "kubelet"/);
  for (const count of ["0", "many", "1.5"]) {
    assert.throws(() => parseOptions([`--processes=${count}`]), /give a number from 1 on/);
  }
  assert.throws(() => parseOptions(["--fast"]), /fast/);
});
