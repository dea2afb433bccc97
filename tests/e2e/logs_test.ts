/** `skerry logs` on what containerd writes, and the rotation of it. */
import assert from "node:assert/strict";
import { type LabAgent, labAgent } from "../lab/agent.ts";
import { startLab } from "../lab/lab.ts";
import { succeed, until, untilPod, untilRow } from "./expect.ts";
import { container, FOREVER, manifest, oncePod, scriptPod } from "./manifest.ts";

const numbers = (count: number): string =>
  Array.from({ length: count }, (_, index) => `${index + 1}\n`).join("");

async function read(agent: LabAgent, ...args: readonly string[]): Promise<string> {
  return (await succeed(agent, ["logs", ...args])).stdout;
}

Deno.test("logs", async (t) => {
  await using lab = await startLab();
  const agent = await labAgent(lab, {
    kubelet: {
      containerLogMaxSize: "40Ki",
      containerLogMaxFiles: 3,
      containerLogMonitorInterval: "3s",
      crashLoopBackOff: { maxContainerRestartPeriod: "1s" },
    },
  });
  await agent.start();

  await t.step("all of it, the tail, what is new, with times", async () => {
    await agent.apply("count.yaml", scriptPod("count", `seq 8; sleep 10; echo 9; ${FOREVER}`));
    await until("all is written", async () => {
      const { stdout } = await agent.skerry(["logs", "count-edge-1"]);
      return stdout.endsWith("9\n");
    });
    assert.equal(await read(agent, "count-edge-1"), numbers(9));
    assert.equal(await read(agent, "count-edge-1", "--tail=2"), "8\n9\n");
    assert.equal(await read(agent, "count-edge-1", "--tail=0"), "");
    const [written = ""] = (await read(agent, "count-edge-1", "--timestamps", "--tail=1")).split(
      " ",
    );
    // Between the last two lines, unless the command takes very long to start.
    await until("what is new is shown, and nothing else", async () => {
      const sinceMs = Date.now() - Date.parse(written) + 6_000;
      return await read(agent, "count-edge-1", `--since=${sinceMs}ms`) === "9\n";
    });
    assert.equal(await read(agent, "default/count-edge-1", "--limit-bytes=3"), "1\n2");
    assert.match(
      await read(agent, "count-edge-1", "--timestamps", "--tail=1"),
      /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+(Z|[+-]\d\d:\d\d) 9\n$/,
    );
  });

  await t.step("of one container among several", async () => {
    const containers = [
      container("main", `echo m; ${FOREVER}`),
      container("other", `echo o; ${FOREVER}`),
    ];
    await agent.apply("two.yaml", manifest("two", { containers }));
    await untilRow(agent, "two-edge-1", "2/2 Running");
    assert.equal(await read(agent, "two-edge-1", "-c", "other"), "o\n");
    const { stdout, stderr } = await succeed(agent, ["logs", "two-edge-1"]);
    assert.equal(stdout, "m\n");
    assert.match(stderr, /Defaulted container "main" out of: main, other/);
    const unknown = await agent.skerry(["logs", "two-edge-1", "-c", "none"]);
    assert.equal(unknown.code, 5);
  });

  await t.step("of the run before", async () => {
    const script =
      `if [ -e /keep/ran ]; then echo 2; ${FOREVER}; fi; touch /keep/ran; echo 1; exit 1`;
    await agent.apply(
      "again.yaml",
      manifest("again", {
        containers: [
          container("main", script, { volumeMounts: [{ name: "keep", mountPath: "/keep" }] }),
        ],
        volumes: [{ name: "keep", emptyDir: {} }],
      }),
    );
    await untilPod(
      agent,
      "again-edge-1",
      ({ status }) => status?.containerStatuses?.[0]?.restartCount === 1,
    );
    await untilRow(agent, "again-edge-1", "1/1 Running");
    assert.equal(await read(agent, "again-edge-1", "-p"), "1\n");
    assert.equal(await read(agent, "again-edge-1"), "2\n");
    const { code, stderr } = await agent.skerry(["logs", "two-edge-1", "-p"]);
    assert.equal(code, 1);
    assert.match(stderr, /previous terminated container "main" in pod "two-edge-1" not found/);
  });

  await t.step("followed until the container ends", async () => {
    await agent.apply(
      "talk.yaml",
      oncePod("talk", "for i in $(seq 5); do echo $i; sleep 1; done"),
    );
    await untilRow(agent, "talk-edge-1", "1/1 Running");
    assert.equal(await read(agent, "-f", "talk-edge-1"), numbers(5));
    await untilRow(agent, "talk-edge-1", "0/1 Completed");
    assert.equal(await read(agent, "-f", "talk-edge-1"), numbers(5));
  });

  await t.step("followed until the pod is removed", async () => {
    await agent.apply("short.yaml", scriptPod("short", `echo here; ${FOREVER}`));
    await untilRow(agent, "short-edge-1", "1/1 Running");
    const followed = read(agent, "-f", "short-edge-1");
    await agent.remove("short.yaml");
    assert.equal(await followed, "here\n");
  });

  await t.step("rotated, and followed across the rotations without losing a line", async () => {
    // Followed before the first rotation can come.
    const script =
      "sleep 5; for i in $(seq 12); do seq $((i * 500 - 499)) $((i * 500)); sleep 1; done";
    await agent.apply("loud.yaml", oncePod("loud", script));
    const pod = await untilRow(agent, "loud-edge-1", "1/1 Running");
    assert.equal(await read(agent, "-f", "loud-edge-1"), numbers(6_000));
    const dir = `${agent.podLogsDir}/default_loud-edge-1_${pod.metadata.uid}/main`;
    // A rotation that has begun goes on, or stops where it finds that the container has ended.
    await until("the older logs are packed, and no more than two are kept", () => {
      const files = [...Deno.readDirSync(dir)].map(({ name }) => name).toSorted();
      return /^0\.log 0\.log\.\d{8}-\d{6}\.gz( 0\.log\.\d{8}-\d{6})?$/.test(files.join(" "));
    });
    await agent.remove("loud.yaml");
    await until("the pod's logs are gone", () => {
      try {
        return [...Deno.readDirSync(dir)].length === 0;
      } catch (error) {
        return error instanceof Deno.errors.NotFound;
      }
    });
  });

  await t.step("a container that has not started has none", async () => {
    const spec = { containers: [container("main", "", { image: "127.0.0.1:9/none:1" })] };
    await agent.apply("none.yaml", manifest("none", spec));
    await untilRow(agent, "none-edge-1", "0/1 ImagePullBackOff");
    const { code, stderr } = await agent.skerry(["logs", "none-edge-1"]);
    assert.equal(code, 1);
    assert.match(
      stderr,
      /container "main" in pod "none-edge-1" is waiting to start: trying and failing to pull image/,
    );
  });
  await agent.stop();
});
