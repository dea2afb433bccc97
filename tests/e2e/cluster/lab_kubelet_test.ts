/** The real kubelet in the lab, on a machine of its own: what Skerry is compared with works there as it should. */
import assert from "node:assert/strict";
import { startCluster } from "../../lab/cluster.ts";
import { labKubelet, untilNodeReady } from "../../lab/kubelet.ts";
import { startLab } from "../../lab/lab.ts";
import { assertNothingLeft } from "../../lab/nothing_left.ts";
import { waitUntil } from "../../lab/processes.ts";
import { FOREVER, scriptPod } from "../manifest.ts";

Deno.test("the real kubelet is a node of a lab's cluster", async (t) => {
  await using lab = await startLab();
  await using cluster = await startCluster(lab);
  await using machine = await startLab({ nodeAddress: "10.99.0.2" });
  const link = await cluster.connect(machine);
  await using kubelet = await labKubelet(machine, cluster);
  await kubelet.start();
  await untilNodeReady(cluster, kubelet.nodeName);

  await t.step("it runs a pod, which reaches the API server", async () => {
    const script = `nc -w 5 10.96.0.1 443 </dev/null && echo reached; ${FOREVER}`;
    await cluster.apply(scriptPod("web", script));
    await cluster.kubectl(["wait", "--for=condition=Ready", "pod/web", "--timeout=60s"]);
    assert.equal((await cluster.kubectl(["logs", "web"])).stdout, "reached\n");
    const wide = await cluster.kubectl(["get", "pod", "web", "-o", "wide"]);
    assert.match(wide.stdout, / kubelet-1 /);
  });

  await t.step("its cable can be cut and mended", async () => {
    const answers = async () =>
      (await machine.exec(["busybox", "nc", "-w", "1", lab.nodeAddress, "6443"], { stdin: "" }))
        .code === 0;
    assert.ok(await answers());
    await link.cut();
    assert.ok(!(await answers()));
    await link.mend();
    assert.ok(await waitUntil(answers, { timeoutMs: 60_000 }));
  });

  await t.step("nothing of it is left", async () => {
    await cluster.kubectl(["delete", "pod", "web", "--wait=false"]);
    await kubelet[Symbol.asyncDispose]();
    await machine.stop();
    assertNothingLeft(machine);
  });
});
