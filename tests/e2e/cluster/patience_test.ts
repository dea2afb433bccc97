/** Pods whose needs are not there yet: they wait, say for what, and start when it appears. */
import assert from "node:assert/strict";
import { IMAGES } from "../../lab/images.ts";
import { until } from "../expect.ts";
import { container, FOREVER, manifest } from "../manifest.ts";
import { startClusterNode } from "./cluster_node.ts";
import { createPod, eventsOf, logOf, podOf, untilRow } from "./pods.ts";

Deno.test("a pod waits for what it needs", async (t) => {
  await using node = await startClusterNode();
  const { cluster } = node;

  await t.step("a Secret for its environment", async () => {
    const env = [{ name: "WORD", valueFrom: { secretKeyRef: { name: "late", key: "word" } } }];
    const script = `echo $WORD; ${FOREVER}`;
    await createPod(node, manifest("by-env", { containers: [container("main", script, { env })] }));
    await untilRow(node, "by-env", "0/1 CreateContainerConfigError");
    const waiting = (await podOf(node, "by-env"))?.status?.containerStatuses?.[0]?.state?.waiting;
    assert.equal(waiting?.message, 'secret "late" not found');
    await until(
      "an event says so",
      async () =>
        (await eventsOf(node, "by-env")).includes('Failed: Error: secret "late" not found'),
    );
    await cluster.apply({
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "late" },
      stringData: { word: "here" },
    });
    const pod = await untilRow(node, "by-env", "1/1 Running");
    assert.equal(pod.status?.containerStatuses?.[0]?.restartCount, 0);
    await until("it has written", async () => await logOf(node, pod) === "here\n");
  });

  await t.step("a ConfigMap for its volume", async () => {
    const volumes = [{ name: "config", configMap: { name: "late" } }];
    const volumeMounts = [{ name: "config", mountPath: "/config" }];
    const main = container("main", `cat /config/word; ${FOREVER}`, { volumeMounts });
    await createPod(node, manifest("by-volume", { containers: [main], volumes }));
    await until(
      "an event says so",
      async () =>
        (await eventsOf(node, "by-volume")).some((event) =>
          /^FailedMount: .*configmap "late" not found/.test(event)
        ),
    );
    await untilRow(node, "by-volume", "0/1 ContainerCreating");
    await cluster.apply({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "late" },
      data: { word: "there\n" },
    });
    const pod = await untilRow(node, "by-volume", "1/1 Running");
    await until("it has written", async () => await logOf(node, pod) === "there\n");
  });

  await t.step("an image that is nowhere: it says so and goes on trying", async () => {
    const image = IMAGES.busybox.replace(":1", ":none");
    await createPod(node, manifest("by-image", { containers: [{ name: "main", image }] }));
    await untilRow(node, "by-image", "0/1 ImagePullBackOff");
  });
});
