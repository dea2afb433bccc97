/** A runtime's version as a Node shows it. */
import assert from "node:assert/strict";
import { runtimeVersion } from "./runtime_version.ts";

const CASES: readonly (readonly [said: string, shown: string])[] = [
  ["1.6.20", "1.6.20"],
  ["v1.7.2", "1.7.2"],
  ["1.6.20~ds1", "1.6.20"],
  ["2.0.5-rc.1", "2.0.5-rc.1"],
  ["2.1.4+unknown", "2.1.4+unknown"],
  ["1.30", "1.30"],
  ["unknown", "Unknown"],
  ["", "Unknown"],
];

for (const [version, shown] of CASES) {
  Deno.test(`a containerd that calls itself "${version}"`, () => {
    assert.equal(runtimeVersion({ name: "containerd", version }), `containerd://${shown}`);
  });
}
