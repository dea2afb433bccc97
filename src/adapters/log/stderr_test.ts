/** Standard error: when it is the journal, and what its reader can do to the program. */
import assert from "node:assert/strict";
import { fstatSync } from "node:fs";
import { stderrIsJournal } from "./stderr.ts";

const { dev, ino } = fstatSync(2);

for (
  const { stream, is } of [
    { stream: undefined, is: false },
    { stream: "", is: false },
    { stream: `${dev}:${ino}`, is: true },
    // Somebody redirected the service's stderr, and the variable was inherited.
    { stream: `${dev}:${ino + 1}`, is: false },
  ]
) {
  Deno.test(`JOURNAL_STREAM=${stream === undefined ? "(unset)" : is ? "ours" : `"other"`}`, () => {
    assert.equal(stderrIsJournal(stream), is);
  });
}

Deno.test("what is written to standard error arrives whole, and a reader that is gone does no harm", async () => {
  const script = `
    import { createLog } from "${new URL("./create_log.ts", import.meta.url)}";
    import { createVerbosity } from "${new URL("./verbosity.ts", import.meta.url)}";
    import { writeToStderr } from "${new URL("./stderr.ts", import.meta.url)}";
    const log = createLog({ format: "text", verbosity: createVerbosity(0), write: writeToStderr,
      clock: { now: () => 0 }, pid: 1, journal: false });
    for (let i = 0; i < 3000; i++) log.info("x".repeat(100), { i });
    console.log("alive");
  `;
  for (const reader of ["cat >&3", "head -n 5 >&3"]) {
    const pipe =
      `exec 3>&2; { ${Deno.execPath()} eval --no-lock '${script}' 2>&1 >&4 | ${reader}; } 4>&1`;
    const { stdout, stderr } = await new Deno.Command("sh", { args: ["-c", pipe] }).output();
    assert.equal(new TextDecoder().decode(stdout), "alive\n");
    const lines = new TextDecoder().decode(stderr).trimEnd().split("\n");
    assert.equal(lines.length, reader.startsWith("cat") ? 3_000 : 5);
  }
});
