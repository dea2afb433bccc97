/** The Linux adapters work as the program is run: with the permissions of deploy/runtime.ts and no others. Needs root. */
import assert from "node:assert/strict";
import { denoRunArgs } from "../../../deploy/runtime.ts";
import { removeCgroup } from "../../lab/cgroups.ts";
import { tryRun } from "../../lab/run.ts";

const script = new URL("permissions_script.ts", import.meta.url).pathname;

Deno.test("files, cgroups and facts need no more than deploy/runtime.ts lists", async () => {
  const root = await Deno.makeTempDir({ prefix: "skerry-permissions-" });
  const cgroup = `/skerry-test-${crypto.getRandomValues(new Uint8Array(4)).toHex()}`;
  try {
    const argv = [Deno.execPath(), ...denoRunArgs(script), root, cgroup] as const;
    const { code, stdout, stderr } = await tryRun(argv);
    assert.equal(code, 0, stderr);
    assert.equal(stdout, "all done\n");
  } finally {
    await removeCgroup(cgroup);
    await Deno.remove(root, { recursive: true });
  }
});
