/** Tests of what the kernel tells of this very process. */
import assert from "node:assert/strict";
import { readProcessUse } from "./process_use.ts";

Deno.test("process use: memory, processor time and open files are this process' own", () => {
  const before = readProcessUse();
  assert.ok(before);
  assert.ok(Math.abs(before.residentBytes - Deno.memoryUsage().rss) < 64 * 1024 ** 2);
  assert.ok(before.virtualBytes > before.residentBytes);
  assert.ok(before.maxOpenFiles > before.openFiles);
  // Other tests of the same process open and close some meanwhile.
  const files = Array.from({ length: 200 }, () => Deno.openSync("/etc/passwd"));
  const use = readProcessUse();
  for (const file of files) file.close();
  assert.ok((use?.openFiles ?? 0) >= before.openFiles + 100);
  assert.ok((use?.cpuSeconds ?? 0) >= before.cpuSeconds && before.cpuSeconds > 0);
});
