/** The matrix of versions: newer containerds keep the contracts of runtime and images as well. */
import assert from "node:assert/strict";
import { imagesSuite } from "../contract/images_suite.ts";
import { containerdImages, containerdSubject } from "../contract/real/containerd_subject.ts";
import { runtimeSuite } from "../contract/runtime_suite.ts";
import { containerdOfSuite, type DebianSuite } from "../lab/containerd_release.ts";
import { startLab } from "../lab/lab.ts";

const RELEASES: Readonly<Record<DebianSuite, RegExp>> = {
  trixie: /Server:\s+Version:\s+v?1\.7\./,
  sid: /Server:\s+Version:\s+v?2\./,
};

for (const [suite, version] of Object.entries(RELEASES)) {
  const debian = suite as DebianSuite;
  Deno.test(`a lab runs the containerd of Debian ${suite}`, async () => {
    const containerdBinDir = await containerdOfSuite(debian);
    await using lab = await startLab({ containerdBinDir });
    assert.match((await lab.ctr(["version"])).stdout, version);
    const { stdout } = await lab.ctr([
      ...["run", "--rm", "--cgroup", `${lab.cgroupRoot}/hello`, lab.images.busybox, "hello"],
      ...["echo", "runs"],
    ]);
    assert.equal(stdout, "runs\n");
  });
  runtimeSuite(`containerd of Debian ${suite}`, () => containerdSubject({ debian }));
  imagesSuite(`images of Debian ${suite}'s containerd`, () => containerdImages({ debian }));
}
