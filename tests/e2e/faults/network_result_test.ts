/** What CNI remembers of a pod's network is cut off, as by a power cut: the pod comes back, and goes, all the same. */
import assert from "node:assert/strict";
import type { Pod } from "../../../src/core/k8s.ts";
import { run } from "../../lab/run.ts";
import { containerOf, eventsOf, findPod, row, until, untilPod, untilRow } from "../expect.ts";
import { FOREVER, scriptPod } from "../manifest.ts";
import { killTask } from "../reboot.ts";
import { idsIn, runningIn } from "../traces.ts";
import { startStage } from "./stage.ts";

const results = "/var/lib/cni/results";

/** Cuts the files off that name the sandbox. */
async function cutOff(sandboxId: string): Promise<number> {
  const names = [...Deno.readDirSync(results)].map(({ name }) => name);
  const paths = names.filter((name) => name.includes(sandboxId)).map((name) =>
    `${results}/${name}`
  );
  for (const path of paths) await run(["truncate", "--size=20", path]);
  return paths.length;
}

Deno.test("a pod whose network's record was cut off", async (t) => {
  await using stage = await startStage();
  const { agent, lab } = stage;
  await agent.apply("web.yaml", scriptPod("web", FOREVER));
  const { metadata: { uid } } = await untilRow(agent, "web-edge-1", "1/1 Running");
  const sandboxes = () => idsIn(lab, { uid, kind: "sandbox" });

  await stage.step(t, "has a new sandbox when that dies", async () => {
    const [dead = ""] = await sandboxes();
    assert.ok(await cutOff(dead) > 0);
    await killTask(lab, dead);
    const isBack = (pod: Pod) => row(pod) === "1/1 Running" && containerOf(pod).restartCount === 1;
    await untilPod(agent, "web-edge-1", isBack);
    assert.equal((await runningIn(lab, uid)).length, 1);
    const reasons = (await eventsOf(agent, "web-edge-1")).map(({ reason }) => reason);
    assert.ok(!reasons.includes("FailedKillPod"), reasons.join());
  });

  await stage.step(t, "is ended when it is not wanted any more", async () => {
    for (const id of await sandboxes()) await cutOff(id);
    await agent.remove("web.yaml");
    await until("it has gone", async () => await findPod(agent, "web-edge-1") === undefined);
    assert.deepEqual(await sandboxes(), []);
  });
});
