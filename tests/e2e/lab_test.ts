/** The lab itself: it starts, serves, survives a crash of containerd, and leaves nothing behind. */
import assert from "node:assert/strict";
import { type LabIdentity, labProcesses } from "../lab/cleanup.ts";
import { type Lab, startLab } from "../lab/lab.ts";
import { assertNothingLeft } from "../lab/nothing_left.ts";
import { isAlive, waitUntil } from "../lab/processes.ts";

/** A container of the lab's busybox, without CRI: shim, runc, overlay mount, cgroup. */
async function runContainer(
  lab: Lab,
  { id, image }: { readonly id: string; readonly image: string },
) {
  const command = image === lab.images.pause ? ["/pause"] : ["sleep", "1000"];
  await lab.ctr(["run", "--detach", "--cgroup", `${lab.cgroupRoot}/${id}`, image, id, ...command]);
}

Deno.test("a lab serves containers in a network of its own and leaves nothing behind", async (t) => {
  const lab = await startLab();
  try {
    await t.step("containerd answers with its version", async () => {
      const { stdout } = await lab.ctr(["version"]);
      assert.match(stdout, /Server:\s+Version:\s+\S+/);
    });
    await t.step("the images are there, as CRI sees them", async () => {
      const { stdout } = await lab.ctr(["images", "list"]);
      for (const name of Object.values(lab.images)) {
        assert.match(stdout, new RegExp(`^${name} .*io.cri-containerd.image=managed`, "m"));
      }
    });
    await t.step(
      "the namespace has the node's address, a default route and forwarding",
      async () => {
        const { stdout: route } = await lab.exec(["ip", "route", "get", "192.0.2.1"]);
        assert.match(route, new RegExp(`src ${lab.nodeAddress.replaceAll(".", "\\.")}`));
        const { stdout } = await lab.exec(["cat", "/proc/sys/net/ipv4/ip_forward"]);
        assert.equal(stdout.trim(), "1");
      },
    );
    await t.step("busybox and its users work", async () => {
      const { stdout } = await lab.ctr([
        ...["run", "--rm", "--cgroup", `${lab.cgroupRoot}/users`, lab.images.busybox, "users"],
        ...["sh", "-c", "id -un; stat -c %a /tmp; grep -c nobody /etc/passwd; which awk"],
      ]);
      assert.deepEqual(stdout.trim().split("\n"), ["root", "1777", "1", "/bin/awk"]);
    });
    await t.step("pause, as process 1 of its container, ends on SIGTERM", async () => {
      await runContainer(lab, { id: "pause", image: lab.images.pause });
      const pid = Number((await lab.ctr(["tasks", "list"])).stdout.match(/^pause\s+(\d+)/m)?.[1]);
      await lab.ctr(["tasks", "kill", "--signal", "SIGTERM", "pause"]);
      assert.ok(
        await waitUntil(() => !isAlive(pid), { timeoutMs: 60_000 }),
        "pause is still there",
      );
    });
    await t.step("a container outlives a crash of containerd", async () => {
      await runContainer(lab, { id: "survivor", image: lab.images.busybox });
      await lab.containerd.kill();
      assert.equal(lab.containerd.pid, undefined);
      await lab.containerd.start();
      assert.match((await lab.ctr(["tasks", "list"])).stdout, /^survivor\s+\d+\s+RUNNING/m);
    });
  } finally {
    await lab.stop();
  }
  assertNothingLeft(lab);
});

Deno.test("labs run side by side", async () => {
  const labs = await Promise.all([startLab(), startLab()]);
  try {
    const answers = await Promise.all(labs.map((lab) => lab.ctr(["version"])));
    assert.equal(answers.length, 2);
    assert.notEqual(labs[0].netns, labs[1].netns);
  } finally {
    await Promise.all(labs.map((lab) => lab.stop()));
  }
  labs.forEach(assertNothingLeft);
});

Deno.test("the next start removes the lab of an owner that was killed", async () => {
  const script = `
    import { startLab } from ${JSON.stringify(import.meta.resolve("../lab/lab.ts"))};
    const lab = await startLab();
    await lab.ctr(["run", "-d", "--cgroup", lab.cgroupRoot + "/x", lab.images.busybox, "x", "sleep", "99"]);
    const { id, root } = lab;
    console.log(JSON.stringify({ id, root }));
    Deno.kill(Deno.pid, "SIGKILL");`;
  const { stdout, signal, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", "-q", script],
  }).output();
  assert.equal(signal, "SIGKILL", new TextDecoder().decode(stderr));
  const orphan = JSON.parse(new TextDecoder().decode(stdout)) as LabIdentity;
  assert.ok(labProcesses(orphan).length >= 3, "containerd, shim and container should still run");
  await using _next = await startLab();
  assertNothingLeft(orphan);
});
