/** Probes and lifecycle hooks on a real runtime and a real network. */
import assert from "node:assert/strict";
import { labAgent } from "../lab/agent.ts";
import { startDaemon } from "../lab/daemon.ts";
import { startLab } from "../lab/lab.ts";
import {
  containerOf,
  eventsOf,
  idOf,
  type ShownEvent,
  until,
  untilGone,
  untilPod,
  untilRow,
} from "./expect.ts";
import { container, FOREVER, manifest } from "./manifest.ts";

const HEALTH_PROGRAM = new URL("../lab/health_program.ts", import.meta.url).pathname;
const HEALTH_PORT = 9_000;

/** `REASON MESSAGE` of each. */
function texts(events: readonly ShownEvent[]): readonly string[] {
  return events.map(({ reason, message }) => `${reason} ${message}`);
}

Deno.test("containers are asked how they are", async (t) => {
  await using lab = await startLab();
  const agent = await labAgent(lab);
  await agent.start();
  const shared = `${lab.workDir}/shared`;
  await Deno.mkdir(shared);
  const mounts = { volumeMounts: [{ name: "shared", mountPath: "/shared" }] };
  const volumes = [{ name: "shared", hostPath: { path: shared } }];
  const every = { periodSeconds: 1, failureThreshold: 1 };

  await t.step(
    "by a command: ready while it succeeds, through a restart of the agent",
    async () => {
      const readinessProbe = { ...every, exec: { command: ["cat", "/shared/ready"] } };
      const containers = [container("main", FOREVER, { ...mounts, readinessProbe })];
      await agent.apply("exec.yaml", manifest("exec", { containers, volumes }));
      await until(
        "the probe has failed",
        async () =>
          texts(await eventsOf(agent, "exec-edge-1")).some((text) =>
            text.startsWith("Unhealthy Readiness probe failed: cat: can't open '/shared/ready'")
          ),
      );
      const unready = await untilRow(agent, "exec-edge-1", "0/1 Running");
      assert.equal(containerOf(unready).started, true);
      await Deno.writeTextFile(`${shared}/ready`, "");
      const ready = await untilRow(agent, "exec-edge-1", "1/1 Running");
      await agent.stop();
      await agent.start();
      const again = await untilPod(agent, "exec-edge-1", () => true);
      assert.equal(containerOf(again).ready, true);
      assert.equal(idOf(again), idOf(ready));
      await Deno.remove(`${shared}/ready`);
      await untilRow(agent, "exec-edge-1", "0/1 Running");
    },
  );

  await t.step("by a command that takes too long, and leaves children", async () => {
    const command = ["sh", "-c", "sleep 60; true"];
    const readinessProbe = { ...every, exec: { command } };
    const containers = [container("main", FOREVER, { readinessProbe })];
    await agent.apply("slow.yaml", manifest("slow", { containers }));
    await until(
      "the probe has timed out",
      async () =>
        texts(await eventsOf(agent, "slow-edge-1")).includes(
          'Unhealthy Readiness probe failed: command timed out: "sh -c sleep 60; true" timed out ' +
            "after 1s",
        ),
    );
    await agent.remove("slow.yaml");
    await untilGone(agent, "slow-edge-1");
  });

  await t.step("over HTTP: who is dead is ended and started again", async () => {
    const serve = "mkdir -p /www; echo fine > /www/healthz; exec httpd -f -p 8080 -h /www";
    const httpGet = { path: "/healthz", port: "http" };
    const probes = {
      ports: [{ name: "http", containerPort: 8080 }],
      readinessProbe: { ...every, httpGet },
      livenessProbe: { ...every, httpGet, terminationGracePeriodSeconds: 1 },
    };
    const containers = [container("main", serve, probes)];
    await agent.apply("http.yaml", manifest("http", { containers }));
    const first = await untilRow(agent, "http-edge-1", "1/1 Running");
    await lab.ctr(["tasks", "exec", "--exec-id", "break", idOf(first), "rm", "/www/healthz"]);
    const second = await untilPod(
      agent,
      "http-edge-1",
      (pod) => containerOf(pod).restartCount === 1 && containerOf(pod).ready,
    );
    assert.notEqual(idOf(second), idOf(first));
    const told = texts(await eventsOf(agent, "http-edge-1"));
    for (
      const text of [
        "Unhealthy Liveness probe failed: HTTP probe failed with statuscode: 404",
        "Killing Container main failed liveness probe, will be restarted",
      ]
    ) assert.ok(told.includes(text), told.join("\n"));
  });

  await t.step("over TCP, and not before the start is over", async () => {
    const script = "sleep 5; exec httpd -f -p 7000";
    const tcpSocket = { port: 7_000 };
    const probes = {
      startupProbe: { periodSeconds: 1, failureThreshold: 30, tcpSocket },
      livenessProbe: { ...every, tcpSocket },
    };
    const containers = [container("main", script, probes)];
    await agent.apply("tcp.yaml", manifest("tcp", { containers }));
    const starting = await untilRow(agent, "tcp-edge-1", "0/1 Running");
    assert.equal(containerOf(starting).started, false);
    const started = await untilRow(agent, "tcp-edge-1", "1/1 Running");
    assert.equal(containerOf(started).started, true);
    assert.equal(containerOf(started).restartCount, 0);
    const told = texts(await eventsOf(agent, "tcp-edge-1"));
    const refused = `Unhealthy Startup probe failed: dial tcp ${started.status?.podIP}:7000: ` +
      "connect: connection refused";
    assert.ok(told.includes(refused), told.join("\n"));
  });

  await t.step("over gRPC", async () => {
    const status = `${lab.workDir}/health`;
    const args = ["run", "-A", HEALTH_PROGRAM, `${HEALTH_PORT}`, status];
    const argv = lab.inside([Deno.execPath(), ...args]);
    await startDaemon({ argv, logPath: `${lab.workDir}/health.log` });
    await Deno.writeTextFile(status, "SERVING");
    const readinessProbe = { ...every, timeoutSeconds: 5, grpc: { port: HEALTH_PORT } };
    const containers = [container("main", FOREVER, { readinessProbe })];
    await agent.apply("grpc.yaml", manifest("grpc", { hostNetwork: true, containers }));
    await untilRow(agent, "grpc-edge-1", "1/1 Running");
    await Deno.writeTextFile(status, "NOT_SERVING");
    await untilRow(agent, "grpc-edge-1", "0/1 Running");
    const told = texts(await eventsOf(agent, "grpc-edge-1"));
    const unhealthy =
      'Unhealthy Readiness probe failed: service unhealthy (responded with "NOT_SERVING")';
    assert.ok(told.includes(unhealthy), told.join("\n"));
  });

  await t.step("hooks run after the start and before the end", async () => {
    const say = (words: string) => ["sh", "-c", `sleep 3; echo ${words} >> /shared/said`];
    const lifecycle = {
      postStart: { exec: { command: say("hello") } },
      preStop: { exec: { command: say("bye") } },
    };
    const containers = [container("main", FOREVER, { ...mounts, lifecycle })];
    await agent.apply("hooks.yaml", manifest("hooks", { containers, volumes }));
    await untilRow(agent, "hooks-edge-1", "0/1 ContainerCreating");
    await untilRow(agent, "hooks-edge-1", "1/1 Running");
    assert.equal(await Deno.readTextFile(`${shared}/said`), "hello\n");
    await agent.remove("hooks.yaml");
    await untilGone(agent, "hooks-edge-1");
    assert.equal(await Deno.readTextFile(`${shared}/said`), "hello\nbye\n");
  });

  await t.step("a postStart hook that fails ends its container", async () => {
    const lifecycle = { postStart: { exec: { command: ["sh", "-c", "echo no >&2; exit 7"] } } };
    const containers = [container("main", FOREVER, { lifecycle })];
    await agent.apply("failing.yaml", manifest("failing", { containers }));
    const pod = await untilPod(
      agent,
      "failing-edge-1",
      (pod) => containerOf(pod).state?.waiting?.reason === "PostStartHookError",
    );
    assert.match(
      containerOf(pod).state?.waiting?.message ?? "",
      /^Exec lifecycle hook \(\[sh -c echo no >&2; exit 7\]\) for Container "main" in Pod "failing-edge-1_default\(.*\)" failed - error: command 'sh -c echo no >&2; exit 7' exited with 7: no\n, message: "no\\n"$/,
    );
    const told = texts(await eventsOf(agent, "failing-edge-1"));
    assert.ok(told.includes("FailedPostStartHook PostStartHook failed"), told.join("\n"));
    assert.ok(told.includes("Killing FailedPostStartHook"), told.join("\n"));
  });
});
