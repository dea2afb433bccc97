/** What the Debian package says of itself. */
import assert from "node:assert/strict";
import { control, packagedUnit } from "../../deploy/release/deb.ts";

const UNIT = new URL("../../deploy/skerry.service", import.meta.url);

Deno.test("the control file has its fields, the size in whole kibibytes", () => {
  const text = control({ version: "1.2.3", arch: "arm64", installedBytes: 2049 });
  for (const line of ["Package: skerry", "Version: 1.2.3", "Architecture: arm64"]) {
    assert.ok(text.split("\n").includes(line), line);
  }
  assert.match(text, /^Installed-Size: 3$/m);
  assert.match(
    text,
    /^Depends: .*containerd \| containerd\.io, runc \| containerd\.io, iptables$/m,
  );
  assert.ok(text.endsWith("\n"));
});

Deno.test("the package's unit starts the package's program", async () => {
  const unit = packagedUnit(await Deno.readTextFile(UNIT));
  assert.match(unit, /^ExecStart=\/usr\/bin\/skerry run$/m);
  assert.doesNotMatch(unit, /usr\/local/);
});
