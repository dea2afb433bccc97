/** Whose word on the clock counts. */
import { equal } from "node:assert/strict";
import { temporaryFolder } from "../../../tests/fakes/temporary_folder.ts";
import { linuxTimeSync } from "./time_sync.ts";

Deno.test("the kernel's word is enough, and so is systemd's", async () => {
  using folder = temporaryFolder();
  const stamp = `${folder.path}/synchronized`;
  const missing = `${folder.path}/none`;
  await Deno.writeTextFile(stamp, "");
  const answers = [
    { kernel: true, stamp: missing, expected: true },
    { kernel: false, stamp, expected: true },
    { kernel: null, stamp, expected: true },
    { kernel: false, stamp: missing, expected: false },
    { kernel: null, stamp: missing, expected: false },
    { kernel: null, stamp: `${stamp}/below/a/file`, expected: false },
  ];
  for (const { kernel, stamp, expected } of answers) {
    equal(linuxTimeSync({ kernel: () => kernel, stamp }).isSynchronised(), expected);
  }
});

Deno.test("this machine's kernel says the same twice", () => {
  const sync = linuxTimeSync();
  equal(sync.isSynchronised(), sync.isSynchronised());
});
