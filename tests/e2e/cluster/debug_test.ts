/** `kubectl debug`: containers that are added to a pod which runs on the node. */
import assert from "node:assert/strict";
import type { Pod } from "../../../src/core/k8s.ts";
import { IMAGES } from "../../lab/images.ts";
import { containerOf, until } from "../expect.ts";
import { container, FOREVER, manifest, TELL_SIZE } from "../manifest.ts";
import { type ClusterNode, startClusterNode } from "./cluster_node.ts";
import { kubectlOnTerminal } from "./kubectl_session.ts";
import { createPod, eventsOf, logOf, untilGone, untilPod, untilRow } from "./pods.ts";

/** Adds a container that sees the processes of `main` and runs the script. */
async function debug(
  { cluster }: ClusterNode,
  { name, script }: { readonly name: string; readonly script: string },
): Promise<void> {
  const added = ["--image", IMAGES.busybox, "--target", "main", "--container", name];
  await cluster.kubectl(["debug", "web", ...added, "--", "sh", "-c", script]);
}

/** Waits until the API server shows the added container in this state and gives the pod. */
function untilDebugged(
  node: ClusterNode,
  { name, state }: { readonly name: string; readonly state: "running" | "terminated" },
): Promise<Pod> {
  return untilPod(
    node,
    "web",
    ({ status }) =>
      (status?.ephemeralContainerStatuses ?? [])
        .some((each) => each.name === name && each.state?.[state] !== undefined),
  );
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
      const pod = await untilDebugged(node, { name: "look", state: "terminated" });
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

  await t.step("somebody talks to a command of theirs", async () => {
    const added = ["--image", IMAGES.busybox, "--container", "talk", "--stdin", "--quiet"];
    const script = "read word; echo got $word";
    await cluster.kubectl(["debug", "web", ...added, "--", "sh", "-c", script], {
      stdin: "hello\n",
    });
    // The runtime lets go of a visitor whose input has ended: what the command says may be in its log alone.
    const pod = await untilDebugged(node, { name: "talk", state: "terminated" });
    assert.equal(await logOf(node, pod, "talk"), "got hello\n");
  });

  await t.step("somebody sits before a terminal of theirs", async () => {
    const added = ["--image", IMAGES.busybox, "--container", "shell", "--quiet"];
    const script = `${TELL_SIZE}; read word; echo got $word; exit 5`;
    await using terminal = kubectlOnTerminal(
      node,
      ["debug", "-it", "web", ...added, "--", "sh", "-c", script],
    );
    await terminal.until(/33 77\r\n/);
    await terminal.write("hello\n");
    await terminal.until(/got hello\r\n/);
    const pod = await untilDebugged(node, { name: "shell", state: "terminated" });
    assert.equal(containerOf(pod, "shell").state?.terminated?.exitCode, 5);
  });

  await t.step(
    "another one runs beside it, outlives the agent, and can be reached into",
    async () => {
      await debug(node, { name: "stay", script: FOREVER });
      const runs = await untilDebugged(node, { name: "stay", state: "running" });
      await program.stop();
      await program.start();
      const words = ["exec", "web", "-c", "stay", "--", "cat", "/proc/1/comm"];
      const answers = async () => (await cluster.tryKubectl(words)).stdout === "sh\n";
      await until("the agent that came back lets somebody in", answers);
      const pod = await untilRow(node, "web", "1/1 Running");
      for (const name of ["main", "look", "talk", "shell", "stay"]) {
        assert.equal(containerOf(pod, name).containerID, containerOf(runs, name).containerID, name);
      }
    },
  );

  await t.step("the pod takes it along when it goes", async () => {
    await cluster.kubectl(["delete", "pod", "web", "--wait=false"]);
    await untilGone(node, "web");
  });
});
