/** How the path of a field is written. */
import assert from "node:assert/strict";
import { formatFieldPath } from "./field_path.ts";

Deno.test("paths read as Kubernetes writes them", () => {
  const cases: readonly (readonly [path: readonly (string | number)[], text: string])[] = [
    [[], ""],
    [["spec"], "spec"],
    [["spec", "containers", 0, "ports", 12, "hostIP"], "spec.containers[0].ports[12].hostIP"],
    [["metadata", "labels", "example.com/app"], "metadata.labels[example.com/app]"],
    [["metadata", "labels", "0"], "metadata.labels[0]"],
  ];
  for (const [path, text] of cases) assert.equal(formatFieldPath(path), text);
});
