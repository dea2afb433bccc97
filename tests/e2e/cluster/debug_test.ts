/** `kubectl debug`: containers that are added to a pod which runs on the node. */
import assert from "node:assert/strict";
import { IMAGES } from "../../lab/images.ts";
import { containerOf } from "../expect.ts";
import { container, FOREVER, manifest } from "../manifest.ts";
import { type ClusterNode, startClusterNode } from "./cluster_node.ts";
import { createPod, eventsOf, logOf, untilGone, untilPod, untilRow } from "./pods.ts";

/** Adds a container that sees the processes of `main` and runs the script. */
async function debug(
  { cluster }: ClusterNode,
  { name, script }: { readonly name: string; readonly script: string },
): Promise<void> {
  const added = ["--image", IMAGES.busybox, "--target", "main", "--container", name];
  await cluster.kubectl(["debug", "web", ...added, "--", "sh", "-c", script]);
}

Deno.test("a pod that runs is debugged", async (t) => {
  await using node = await startClusterNode();
  const { cluster, program } = node;
  await createPod(
    node,
    manifest("web", { containers: [container("main", `echo up; ${FOREVER}`)] }),
  );
  const before = containerOf(await untilRow(node, "web", "1/1 Running"));

  await t.step(
    "a command sees the processes of a container, and what it wrote can be read",
    async () => {
      await debug(node, { name: "look", script: "tr '\\0' ' ' < /proc/1/cmdline; exit 3" });
      const pod = await untilPod(
        node,
        "web",
        (each) => each.status?.ephemeralContainerStatuses?.[0]?.state?.terminated !== undefined,
      );
      assert.equal(containerOf(pod, "look").state?.terminated?.exitCode, 3);
      assert.match(await logOf(node, pod, "look"), /^sh -c echo up; trap/);
      assert.match(
        (await cluster.kubectl(["logs", "web", "-c", "look"])).stdout,
        /^sh -c echo up;/,
      );
      assert.deepEqual(containerOf(pod).containerID, before.containerID);
      assert.equal(containerOf(pod).restartCount, 0);
      assert.ok((await eventsOf(node, "web")).includes("Started: Container started"));
    },
  );

  await t.step(
    "another one runs beside it, outlives the agent, and can be reached into",
    async () => {
      await debug(node, { name: "stay", script: FOREVER });
      const runs = await untilPod(
        node,
        "web",
        ({ status }) =>
          status?.ephemeralContainerStatuses?.some(({ state }) => state?.running !== undefined) ===
            true,
      );
      await program.stop();
      await program.start();
      const words = ["exec", "web", "-c", "stay", "--", "cat", "/proc/1/comm"];
      assert.equal((await cluster.kubectl(words)).stdout, "sh\n");
      const pod = await untilRow(node, "web", "1/1 Running");
      for (const name of ["main", "look", "stay"]) {
        assert.equal(containerOf(pod, name).containerID, containerOf(runs, name).containerID, name);
      }
    },
  );

  await t.step("the pod takes it along when it goes", async () => {
    await cluster.kubectl(["delete", "pod", "web", "--wait=false"]);
    await untilGone(node, "web");
  });
});
