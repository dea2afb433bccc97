/** What of the program goes into a release. */
import assert from "node:assert/strict";
import { programEntries } from "../../deploy/release/program.ts";

Deno.test("a compiled program needs nothing beside it", () => {
  assert.deepEqual(
    programEntries("usr/", { kind: "compiled", path: "/dist/skerry-aarch64" }),
    [{ path: "usr/bin/skerry", mode: 0o755, from: "/dist/skerry-aarch64" }],
  );
});

Deno.test("a bundle comes with the script and the runtime", () => {
  const runtime = { path: "/cache/deno", name: "@deno/x", version: "1.0.0", sha256: "00" };
  const program = { kind: "bundle", script: "/a.js", wrapper: "/a.sh", runtime } as const;
  assert.deepEqual(programEntries("", program), [
    { path: "bin/skerry", mode: 0o755, from: "/a.sh" },
    { path: "lib/skerry/deno", mode: 0o755, from: "/cache/deno" },
    { path: "lib/skerry/skerry.js", mode: 0o644, from: "/a.js" },
  ]);
});
