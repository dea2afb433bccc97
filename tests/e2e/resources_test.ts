/** Requests and limits, as the kernel has them: the cgroups of containers, pods and QoS classes, and the score for the OOM killer. */
import assert from "node:assert/strict";
import type { Pod } from "../../src/core/k8s.ts";
import { cgroupVersion } from "../../src/adapters/linux/node_facts.ts";
import { labAgent } from "../lab/agent.ts";
import { hasCapSysResource } from "../lab/containerd_config.ts";
import { startLab } from "../lab/lab.ts";
import { containerOf, idOf, untilPod, untilRow } from "./expect.ts";
import { container, FOREVER, manifest } from "./manifest.ts";
import { pidOf } from "./traces.ts";

const MEBI = 1024 ** 2;

interface Values {
  readonly cpu: string;
  readonly memory: number;
  readonly pids: string;
}

/** What the kernel says of a cgroup, in words of version 1. */
function valuesOf(path: string): Values {
  const read = (controller: string, file: string): string =>
    Deno.readTextFileSync(`/sys/fs/cgroup/${controller}${path}/${file}`).trim();
  const shares = read("cpu", "cpu.shares");
  const quota = read("cpu", "cpu.cfs_quota_us");
  return {
    cpu: `${shares} shares, ${quota}/${read("cpu", "cpu.cfs_period_us")}`,
    memory: Number(read("memory", "memory.limit_in_bytes")),
    pids: read("pids", "pids.max"),
  };
}

/** No limit: the largest whole number of pages. */
const UNLIMITED = 9223372036854771712;

Deno.test({
  name: "requests and limits reach the kernel",
  // The test machine has version 1; that of version 2 is shown by the tables of the unit tests and on the board.
  ignore: cgroupVersion() !== 1,
  async fn(t) {
    await using lab = await startLab();
    const agent = await labAgent(lab, { kubelet: { podPidsLimit: 64 } });
    await agent.start();
    const kubepods = `${lab.cgroupRoot}/kubepods`;
    const run = async (name: string, containers: readonly unknown[]): Promise<Pod> => {
      await agent.apply(`${name}.yaml`, manifest(name, { containers }));
      const ready = `${containers.length}/${containers.length} Running`;
      return await untilRow(agent, `${name}-edge-1`, ready);
    };
    const oomScoreAdj = async (pod: Pod): Promise<number> => {
      const pid = await pidOf(lab, idOf(pod));
      return Number(Deno.readTextFileSync(`/proc/${pid}/oom_score_adj`));
    };

    await t.step("a pod that asks for nothing is BestEffort", async () => {
      const pod = await run("best", [container("main", FOREVER)]);
      assert.equal(pod.status?.qosClass, "BestEffort");
      const path = `${kubepods}/besteffort/pod${pod.metadata.uid}`;
      assert.deepEqual(valuesOf(path), {
        cpu: "2 shares, -1/100000",
        memory: UNLIMITED,
        pids: "64",
      });
      const { cpu, memory } = valuesOf(`${path}/${idOf(pod)}`);
      assert.deepEqual({ cpu, memory }, { cpu: "2 shares, -1/100000", memory: UNLIMITED });
      assert.equal(await oomScoreAdj(pod), 1_000);
    });

    await t.step("one that limits some is Burstable", async () => {
      const resources = {
        requests: { cpu: "250m", memory: "32Mi" },
        limits: { cpu: "500m", memory: "64Mi" },
      };
      const pod = await run("burst", [
        container("main", FOREVER, { resources }),
        container("other", FOREVER, { resources }),
      ]);
      assert.equal(pod.status?.qosClass, "Burstable");
      const path = `${kubepods}/burstable/pod${pod.metadata.uid}`;
      assert.deepEqual(
        valuesOf(path),
        { cpu: "512 shares, 100000/100000", memory: 128 * MEBI, pids: "64" },
      );
      const { cpu, memory } = valuesOf(`${path}/${idOf(pod)}`);
      assert.deepEqual({ cpu, memory }, { cpu: "256 shares, 50000/100000", memory: 64 * MEBI });
      const score = await oomScoreAdj(pod);
      assert.ok(score > 900 && score < 1_000, `${score}`);
      // All burstable pods together weigh what they request.
      assert.match(valuesOf(`${kubepods}/burstable`).cpu, /^512 shares/);
    });

    await t.step("one that limits all is Guaranteed", async () => {
      const resources = { limits: { cpu: "1", memory: "64Mi" } };
      const pod = await run("sure", [container("main", FOREVER, { resources })]);
      assert.equal(pod.status?.qosClass, "Guaranteed");
      const path = `${kubepods}/pod${pod.metadata.uid}`;
      const own = { cpu: "1024 shares, 100000/100000", memory: 64 * MEBI };
      assert.deepEqual(valuesOf(path), { ...own, pids: "64" });
      const { cpu, memory } = valuesOf(`${path}/${idOf(pod)}`);
      assert.deepEqual({ cpu, memory }, own);
      if (hasCapSysResource()) assert.equal(await oomScoreAdj(pod), -997);
    });

    await t.step("a pod may not have more processes than podPidsLimit", async () => {
      const script = "for i in $(seq 100); do sleep 30 & done; echo all; wait";
      await agent.apply(
        "fork.yaml",
        manifest("fork", { restartPolicy: "Never", containers: [container("main", script)] }),
      );
      const pod = await untilPod(
        agent,
        "fork-edge-1",
        (pod) => containerOf(pod).state?.terminated !== undefined,
      );
      assert.equal(containerOf(pod).state?.terminated?.exitCode, 2);
      const { stdout } = await agent.skerry(["logs", "fork-edge-1"]);
      assert.match(stdout, /can't fork/);
    });
    await agent.stop();
  },
});
