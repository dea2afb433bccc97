/** The matrix of versions: newer containerds keep the contracts of runtime and images as well, and run a whole agent's pods. */
import assert from "node:assert/strict";
import { imagesSuite } from "../contract/images_suite.ts";
import { containerdImages, containerdSubject } from "../contract/real/containerd_subject.ts";
import { runtimeSuite } from "../contract/runtime_suite.ts";
import { containerdOfSuite, type DebianSuite } from "../lab/containerd_release.ts";
import { labAgent } from "../lab/agent.ts";
import { type Lab, startLab } from "../lab/lab.ts";
import { containerOf, idOf, untilGone, untilPod, untilRow } from "./expect.ts";
import { FOREVER, scriptPod } from "./manifest.ts";

const RELEASES: Readonly<Record<DebianSuite, RegExp>> = {
  trixie: /Server:\s+Version:\s+v?1\.7\./,
  sid: /Server:\s+Version:\s+v?2\./,
};

/** Nothing is looked at by the clock, so whatever the agent notices it was told. */
const BY_EVENTS_ONLY = { syncFrequency: "1h", fileCheckFrequency: "1h" };

/** What an event and a start take on a machine that is busy; the clock would take an hour. */
const NOTICED_WITHIN_MS = 60_000;

/** From the manifest to Running and a command inside, over an exit that is noticed, to the end of pod and traces in the runtime. */
async function runAgent(lab: Lab): Promise<void> {
  const agent = await labAgent(lab, { kubelet: BY_EVENTS_ONLY });
  await agent.start();
  await agent.apply("web.yaml", scriptPod("web", FOREVER));
  const first = await untilRow(agent, "web-edge-1", "1/1 Running");
  const ran = await agent.skerry(["exec", "web", "--", "echo", "reached"]);
  assert.deepEqual(ran, { code: 0, stdout: "reached\n", stderr: "" });

  const killed = performance.now();
  await lab.ctr(["tasks", "kill", "--signal", "SIGKILL", idOf(first)]);
  const second = await untilPod(agent, "web-edge-1", (pod) => {
    const { restartCount, state } = containerOf(pod);
    return restartCount === 1 && state?.running !== undefined;
  });
  assert.ok(performance.now() - killed < NOTICED_WITHIN_MS, "the exit was not noticed by an event");
  assert.equal(containerOf(second).lastState?.terminated?.exitCode, 137);
  assert.notEqual(idOf(second), idOf(first));

  await agent.remove("web.yaml");
  await untilGone(agent, "web-edge-1");
  assert.equal((await lab.ctr(["containers", "list", "--quiet"])).stdout, "");
  await agent.stop();
}

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
  Deno.test(`an agent runs pods on the containerd of Debian ${suite}`, async () => {
    await using lab = await startLab({ containerdBinDir: await containerdOfSuite(debian) });
    await runAgent(lab);
  });
  runtimeSuite(`containerd of Debian ${suite}`, () => containerdSubject({ debian }));
  imagesSuite(`images of Debian ${suite}'s containerd`, () => containerdImages({ debian }));
}
