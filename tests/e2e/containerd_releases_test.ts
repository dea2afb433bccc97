/** The lab runs newer containerds as well, so that the runtime's contract can be tested against each. */
import assert from "node:assert/strict";
import { containerdOfSuite, type DebianSuite } from "../lab/containerd_release.ts";
import { startLab } from "../lab/lab.ts";

const RELEASES: Readonly<Record<DebianSuite, RegExp>> = {
  trixie: /Server:\s+Version:\s+v?1\.7\./,
  sid: /Server:\s+Version:\s+v?2\./,
};

for (const [suite, version] of Object.entries(RELEASES)) {
  Deno.test(`a lab runs the containerd of Debian ${suite}`, async () => {
    const containerdBinDir = await containerdOfSuite(suite as DebianSuite);
    await using lab = await startLab({ containerdBinDir });
    assert.match((await lab.ctr(["version"])).stdout, version);
    const { stdout } = await lab.ctr([
      ...["run", "--rm", "--cgroup", `${lab.cgroupRoot}/hello`, lab.images.busybox, "hello"],
      ...["echo", "runs"],
    ]);
    assert.equal(stdout, "runs\n");
  });
}
