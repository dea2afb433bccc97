/** Tests of which cgroup a process is in. */
import assert from "node:assert/strict";
import { ownCgroup } from "./own_cgroup.ts";

const cases: Readonly<Record<string, readonly [string, string | null]>> = {
  "version 2": ["0::/system.slice/skerry.service\n", "/system.slice/skerry.service"],
  "version 1": [
    "4:memory:/system.slice/skerry.service\n3:cpu,cpuacct:/system.slice/skerry.service\n0::/x\n",
    "/system.slice/skerry.service",
  ],
  "memory counted elsewhere than the processor": ["4:memory:/a\n2:cpuacct:/\n0::/\n", null],
  "nothing": ["", null],
};

for (const [what, [text, path]] of Object.entries(cases)) {
  Deno.test(`own cgroup: ${what}`, () => assert.equal(ownCgroup(text), path));
}
