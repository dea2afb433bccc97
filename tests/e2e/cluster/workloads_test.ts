/** What people run in clusters, run on this node by the real controllers: a Deployment, a Job, a DaemonSet, a static pod. */
import assert from "node:assert/strict";
import type { Pod } from "../../../src/core/k8s.ts";
import { row, until } from "../expect.ts";
import { FOREVER, scriptPod } from "../manifest.ts";
import { type ClusterNode, startClusterNode } from "./cluster_node.ts";
import { logOf, podOf, podsOf, untilGone, untilPod, untilPods, untilRow } from "./pods.ts";
import { ACCOUNT, KEYS, nodeDaemonSet, SETTINGS, stubbornJob, webDeployment } from "./workloads.ts";

/** What the pod's server answers. */
async function ask({ lab }: ClusterNode, pod: Pod, path: string): Promise<string> {
  const url = `http://${pod.status?.podIP}:8080/${path}`;
  const { stdout, stderr } = await lab.exec(["busybox", "wget", "-q", "-O", "-", url]);
  return stdout + stderr;
}

async function rollout({ cluster }: ClusterNode, what: string): Promise<void> {
  await cluster.kubectl(["rollout", "status", what, "--timeout=120s"]);
}

Deno.test("workloads of a cluster run on this node", async (t) => {
  // The kubelet looks at volumes and mirrors only so often; a minute by default.
  await using node = await startClusterNode({ kubelet: { syncFrequency: "5s" } });
  const { cluster, lab, name, program } = node;
  const kubectl = cluster.programs("kubectl");

  await t.step(
    "a Deployment rolls out with ConfigMap, Secret, probes and service account",
    async () => {
      await cluster.apply(...ACCOUNT, SETTINGS, KEYS, webDeployment({ version: "one", kubectl }));
      await rollout(node, "deployment/web");
      const pods = await podsOf(node, "app=web");
      assert.deepEqual(pods.map(row), ["2/2 Running", "2/2 Running"]);
      for (const pod of pods) {
        assert.equal(await ask(node, pod, "env"), "hello, one, sesame\n");
        assert.equal(await ask(node, pod, "settings/app.conf"), "color = blue\n");
        assert.equal(await ask(node, pod, "keys/PASSWORD"), "sesame");
        await until(
          "the pod has asked the API server",
          async () => await logOf(node, pod, "client") !== "",
        );
        assert.equal(await logOf(node, pod, "client"), "hello\n");
      }
    },
  );

  await t.step("it is updated, and its old pods go", async () => {
    const old = (await podsOf(node, "app=web")).map(({ metadata }) => metadata.uid);
    await cluster.apply(webDeployment({ version: "two", kubectl }));
    await rollout(node, "deployment/web");
    const pods = await untilPods(node, "app=web", (each) => each.length === 2);
    for (const pod of pods) {
      assert.ok(!old.includes(pod.metadata.uid));
      assert.equal(await ask(node, pod, "env"), "hello, two, sesame\n");
    }
  });

  await t.step("it follows its ConfigMap without a restart", async () => {
    const [pod] = await podsOf(node, "app=web");
    assert.ok(pod);
    await cluster.apply({ ...SETTINGS, data: { ...SETTINGS.data, "app.conf": "color = red\n" } });
    await until(
      "the volume has the new content",
      async () => await ask(node, pod, "settings/app.conf") === "color = red\n",
      { timeoutMs: 150_000 },
    );
    const now = await podOf(node, pod.metadata.name);
    assert.deepEqual(now?.status?.containerStatuses?.map(({ restartCount }) => restartCount), [
      0,
      0,
    ]);
  });

  await t.step("it goes away with all of its pods", async () => {
    await cluster.kubectl(["delete", "deployment", "web", "--wait=false"]);
    await untilPods(node, "app=web", (pods) => pods.length === 0);
  });

  await t.step("a Job fails twice and then completes", async () => {
    await cluster.apply(stubbornJob(`${lab.workDir}/stubborn`));
    await cluster.kubectl(["wait", "--for=condition=Complete", "job/stubborn", "--timeout=180s"]);
    const phases = (await podsOf(node, "app=stubborn")).map(({ status }) => status?.phase);
    assert.deepEqual(phases.sort(), ["Failed", "Failed", "Succeeded"]);
    await cluster.kubectl(["delete", "job", "stubborn", "--wait=false"]);
    await untilPods(node, "app=stubborn", (pods) => pods.length === 0);
  });

  await t.step("a DaemonSet runs, is updated, and goes", async () => {
    for (const version of ["one", "two"]) {
      await cluster.apply(nodeDaemonSet(version));
      await rollout(node, "daemonset/daemon");
      const [pod] = await untilPods(node, "app=daemon", (pods) => pods.length === 1);
      assert.ok(pod);
      assert.equal(await logOf(node, pod), `${version} on ${name}\n`);
    }
    await cluster.kubectl(["delete", "daemonset", "daemon", "--wait=false"]);
    await untilPods(node, "app=daemon", (pods) => pods.length === 0);
  });

  await t.step("a static pod is seen in the cluster as its mirror", async () => {
    await program.apply("static.yaml", scriptPod("static", FOREVER));
    const mirror = await untilRow(node, `static-${name}`, "1/1 Running");
    const { annotations, ownerReferences } = mirror.metadata;
    assert.equal(annotations?.["kubernetes.io/config.source"], "file");
    assert.ok(annotations?.["kubernetes.io/config.mirror"]);
    assert.deepEqual(ownerReferences?.map((owner) => `${owner.kind} ${owner.name}`), [
      `Node ${name}`,
    ]);
    // Whoever deletes the mirror has not deleted the pod.
    await cluster.kubectl(["delete", "pod", `static-${name}`, "--wait=false"]);
    const next = await untilPod(
      node,
      `static-${name}`,
      ({ metadata, status }) => metadata.uid !== mirror.metadata.uid && status?.phase === "Running",
    );
    const idOf = (pod: Pod) => pod.status?.containerStatuses?.[0]?.containerID;
    assert.equal(idOf(next), idOf(mirror));
    await program.remove("static.yaml");
    await untilGone(node, `static-${name}`);
  });
});
