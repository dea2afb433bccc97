/** Volumes, as the containers and the kernel see them. */
import assert from "node:assert/strict";
import { labAgent } from "../lab/agent.ts";
import { startLab } from "../lab/lab.ts";
import { containerOf, eventsOf, logOf, untilPod, untilRow } from "./expect.ts";
import { container, FOREVER, manifest } from "./manifest.ts";

Deno.test("volumes", async (t) => {
  await using lab = await startLab();
  const agent = await labAgent(lab);
  await agent.start();
  const host = `${lab.workDir}/host`;
  await Deno.mkdir(`${host}/there`, { recursive: true });
  await Deno.writeTextFile(`${host}/file`, "from the host\n");

  await t.step("an emptyDir is shared by the containers and starts out empty", async () => {
    const volumeMounts = [{ name: "shared", mountPath: "/shared" }];
    await agent.apply(
      "shared.yaml",
      manifest("shared", {
        restartPolicy: "Never",
        initContainers: [
          container("writer", "ls -A /shared; stat -c %a /shared; echo hello > /shared/note", {
            volumeMounts,
          }),
        ],
        containers: [container("main", "cat /shared/note", { volumeMounts })],
        volumes: [{ name: "shared", emptyDir: {} }],
      }),
    );
    await untilRow(agent, "shared-edge-1", "0/1 Completed");
    assert.equal(await logOf(agent, "shared-edge-1", "-c", "writer"), "777\n");
    assert.equal(await logOf(agent, "shared-edge-1", "-c", "main"), "hello\n");
  });

  await t.step("one in memory is a tmpfs of its size limit, and goes with the pod", async () => {
    await agent.apply(
      "memory.yaml",
      manifest("memory", {
        containers: [
          container("main", `grep ' /memory ' /proc/mounts; df -k /memory | tail -1; ${FOREVER}`, {
            volumeMounts: [{ name: "memory", mountPath: "/memory" }],
          }),
        ],
        volumes: [{ name: "memory", emptyDir: { medium: "Memory", sizeLimit: "3Mi" } }],
      }),
    );
    await untilRow(agent, "memory-edge-1", "1/1 Running");
    const [mount = "", df = ""] = (await logOf(agent, "memory-edge-1")).split("\n");
    assert.match(mount, /^tmpfs \/memory tmpfs rw,.*size=3072k/);
    assert.match(df, /^tmpfs +3072 /);
  });

  await t.step("one on disk that outgrows its limit ends its pod", async () => {
    const script = `dd if=/dev/zero of=/small/full bs=1M count=3; ${FOREVER}`;
    await agent.apply(
      "evicted.yaml",
      manifest("evicted", {
        containers: [
          container("main", script, { volumeMounts: [{ name: "small", mountPath: "/small" }] }),
        ],
        volumes: [{ name: "small", emptyDir: { sizeLimit: "2Mi" } }],
      }),
    );
    const pod = await untilPod(agent, "evicted-edge-1", ({ status }) => status?.phase === "Failed");
    assert.equal(pod.status?.reason, "Evicted");
    assert.equal(
      pod.status?.message,
      'Usage of EmptyDir volume "small" exceeds the limit "2Mi". ',
    );
    assert.equal(containerOf(pod).state?.running, undefined);
  });

  await t.step("readOnly mounts refuse writes", async () => {
    await agent.apply(
      "readonly.yaml",
      manifest("readonly", {
        restartPolicy: "Never",
        containers: [
          container(
            "main",
            "exec 2>&1; cat /in/file; touch /in/new; touch /out/new && echo written",
            {
              volumeMounts: [
                { name: "host", mountPath: "/in", readOnly: true },
                { name: "host", mountPath: "/out" },
              ],
            },
          ),
        ],
        volumes: [{ name: "host", hostPath: { path: host, type: "Directory" } }],
      }),
    );
    await untilRow(agent, "readonly-edge-1", "0/1 Completed");
    assert.match(
      await logOf(agent, "readonly-edge-1"),
      /from the host\ntouch: \/in\/new: Read-only file system\nwritten\n/,
    );
    assert.ok((await Deno.stat(`${host}/new`)).isFile);
  });

  await t.step("hostPath makes what its type says", async () => {
    const volume = (name: string, type: string) => ({
      name,
      hostPath: { path: `${host}/${name}`, type },
    });
    await agent.apply(
      "made.yaml",
      manifest("made", {
        restartPolicy: "Never",
        containers: [
          container(
            "main",
            "ls /a /b; [ -d /a ] && [ -f /b ] && [ -d /there ] && [ -c /dev/zero2 ]",
            {
              volumeMounts: [
                { name: "dir", mountPath: "/a" },
                { name: "new", mountPath: "/b" },
                { name: "there", mountPath: "/there" },
                { name: "zero", mountPath: "/dev/zero2" },
              ],
            },
          ),
        ],
        volumes: [
          volume("dir", "DirectoryOrCreate"),
          volume("new", "FileOrCreate"),
          volume("there", "Directory"),
          { name: "zero", hostPath: { path: "/dev/zero", type: "CharDevice" } },
        ],
      }),
    );
    await untilRow(agent, "made-edge-1", "0/1 Completed");
    assert.equal((await Deno.stat(`${host}/dir`)).mode! & 0o777, 0o755);
    assert.equal((await Deno.stat(`${host}/new`)).mode! & 0o777, 0o644);
  });

  for (const type of ["File", "Directory", "Socket", "CharDevice", "BlockDevice"]) {
    await t.step(`hostPath of type ${type} that is not there holds the pod up`, async () => {
      const name = `wants-${type.toLowerCase()}`;
      await agent.apply(
        `${name}.yaml`,
        manifest(name, {
          containers: [
            container("main", FOREVER, { volumeMounts: [{ name: "host", mountPath: "/host" }] }),
          ],
          volumes: [{ name: "host", hostPath: { path: `${host}/absent`, type } }],
        }),
      );
      const pod = await untilRow(agent, `${name}-edge-1`, "0/1 ContainerCreating");
      assert.equal(pod.status?.phase, "Pending");
      const event = (await eventsOf(agent, `${name}-edge-1`)).find(({ reason }) =>
        reason === "FailedMount"
      );
      assert.match(
        event?.message ?? "",
        /^MountVolume.SetUp failed for volume "host" : hostPath type check failed.*\/absent is not a /,
      );
      if (type !== "File") await agent.remove(`${name}.yaml`);
    });
  }

  await t.step("and runs as soon as it is", async () => {
    await Deno.writeTextFile(`${host}/absent`, "");
    const pod = await untilPod(
      agent,
      "wants-file-edge-1",
      ({ status }) => status?.phase === "Running",
    );
    assert.equal(pod.status?.containerStatuses?.[0]?.restartCount, 0);
  });
  await agent.stop();
});
