/** Stories of containers that are asked how they are. */
import assert from "node:assert/strict";
import type { Probe } from "../../src/core/k8s.ts";
import type { ExecScript } from "../fakes/runtime_exec.ts";
import { pod } from "../fakes/pods.ts";
import { createWorld, type World } from "./world.ts";

const second = 1_000;

/** A probe by a command, of which the test decides how it ends. */
function exec(word: string, more: Probe = {}): Probe {
  return { exec: { command: [word] }, periodSeconds: 10, ...more };
}

/** Has the pod's commands end by what they are called. */
function answers(world: World, name: string): Map<string, ExecScript> {
  const scripts = new Map<string, ExecScript>();
  world.runtime.onExec(name, ([word = ""]) => scripts.get(word) ?? {});
  return scripts;
}

function condition(world: World, name: string, type: string): string {
  const found = world.status(name).conditions?.find((each) => each.type === type);
  return `${found?.status} ${found?.reason ?? ""}`.trim();
}

function execs(world: World): readonly string[] {
  return world.runtime.story().filter((text) => text.startsWith("execSync"));
}

Deno.test("a container is not ready until its readiness probe succeeds, and not when it fails three times", async () => {
  await using world = await createWorld();
  const scripts = answers(world, "web/main");
  scripts.set("ready", { exitCode: 1, stdout: "not yet\n" });
  await world.apply(pod("web").container("main", { readinessProbe: exec("ready") }));
  await world.advance(1);
  assert.equal(world.row("web"), "0/1 Running");
  assert.equal(world.container("web/main").started, true);
  assert.equal(condition(world, "web", "Ready"), "False ContainersNotReady");
  assert.ok(
    world.events("web").includes("Warning Unhealthy Readiness probe failed: not yet\n"),
    world.events("web").join("\n"),
  );

  scripts.set("ready", {});
  await world.advance(10 * second);
  assert.equal(world.row("web"), "1/1 Running");
  assert.equal(condition(world, "web", "Ready"), "True");
  assert.equal(condition(world, "web", "ContainersReady"), "True");

  scripts.set("ready", { exitCode: 1 });
  await world.advance(20 * second);
  assert.equal(world.row("web"), "1/1 Running");
  await world.advance(10 * second);
  assert.equal(world.row("web"), "0/1 Running");
  assert.equal(world.container("web/main").restartCount, 0);
});

Deno.test("a container that is not alive is ended with its probe's grace, and started at once; later with the back-off", async () => {
  await using world = await createWorld();
  const scripts = answers(world, "web/main");
  world.runtime.program("main", { onStop: "ignored" });
  const livenessProbe = exec("alive", { terminationGracePeriodSeconds: 5 });
  await world.apply(pod("web").container("main", { livenessProbe }));
  await world.advance(60 * second);
  assert.equal(world.container("web/main").restartCount, 0);

  scripts.set("alive", { exitCode: 1 });
  world.runtime.forgetCalls();
  await world.advance(40 * second);
  assert.deepEqual(world.runtime.story().filter((text) => !text.startsWith("exec")), [
    "stopContainer web/main 5s",
    "createContainer web/main#1",
    "startContainer web/main#1",
  ]);
  assert.equal(execs(world).length, 3, "who is to be ended is not asked any more");
  const killing = "Normal Killing Container main failed liveness probe, will be restarted";
  assert.ok(world.events("web").includes(killing));
  assert.equal(world.container("web/main").restartCount, 1);
  assert.equal(world.container("web/main").lastState?.terminated?.exitCode, 137);

  for (let restart = 2; restart < 6; restart++) await world.advance(36 * second);
  assert.equal(world.container("web/main").restartCount, 4);
  assert.equal(world.row("web"), "0/1 CrashLoopBackOff");
});

Deno.test("a container that ends well when it is not alive runs again all the same", async () => {
  await using world = await createWorld();
  answers(world, "job/main").set("alive", { exitCode: 1 });
  const livenessProbe = exec("alive", { failureThreshold: 1 });
  await world.apply(pod("job").restartPolicy("OnFailure").container("main", { livenessProbe }));
  await world.advance(15 * second);
  assert.equal(world.container("job/main").lastState?.terminated?.exitCode, 0);
  assert.equal(world.container("job/main").restartCount, 1);
  assert.equal(world.row("job"), "1/1 Running");
});

Deno.test("a pod that never restarts ends when its only container is not alive", async () => {
  await using world = await createWorld();
  answers(world, "job/main").set("alive", { exitCode: 1 });
  world.runtime.program("main", { onStop: { exitCode: 143 } });
  const livenessProbe = exec("alive", { failureThreshold: 1, terminationGracePeriodSeconds: 5 });
  await world.apply(pod("job").restartPolicy("Never").container("main", { livenessProbe }));
  await world.advance(15 * second);
  assert.equal(world.row("job"), "0/1 Error");
  assert.ok(world.events("job").includes("Normal Killing Stopping container main"));
  assert.ok(world.runtime.story().includes("stopContainer job/main 30s"));
});

Deno.test("beside another that goes on, a container that is not alive ends for itself", async () => {
  await using world = await createWorld();
  answers(world, "job/main").set("alive", { exitCode: 1 });
  const livenessProbe = exec("alive", { failureThreshold: 1, terminationGracePeriodSeconds: 5 });
  await world.apply(
    pod("job").restartPolicy("Never").container("main", { livenessProbe }).container("other"),
  );
  await world.advance(15 * second);
  assert.deepEqual(world.runtime.running(), ["job/other"]);
  assert.ok(world.events("job").includes("Normal Killing Container main failed liveness probe"));
  assert.ok(world.runtime.story().includes("stopContainer job/main 5s"));
});

Deno.test("until a container has started only its startup probe asks, and then it asks no more", async () => {
  await using world = await createWorld();
  const scripts = answers(world, "web/main");
  scripts.set("started", { exitCode: 1 });
  await world.apply(
    pod("web").container("main", {
      startupProbe: exec("started", { failureThreshold: 30 }),
      livenessProbe: exec("alive"),
      readinessProbe: exec("ready"),
    }),
  );
  await world.advance(35 * second);
  assert.equal(world.container("web/main").started, false);
  assert.equal(world.container("web/main").ready, false);
  assert.deepEqual(new Set(execs(world)), new Set(["execSync web/main started"]));

  scripts.delete("started");
  world.runtime.forgetCalls();
  await world.advance(5 * second);
  assert.equal(world.container("web/main").started, true);
  assert.equal(world.row("web"), "1/1 Running");
  await world.advance(20 * second);
  assert.deepEqual(execs(world).filter((text) => text.endsWith("started")).length, 1);
  assert.ok(execs(world).includes("execSync web/main alive"));
});

Deno.test("a container that does not start is ended and tried again", async () => {
  await using world = await createWorld();
  answers(world, "web/main").set("started", { exitCode: 1 });
  const startupProbe = exec("started", { failureThreshold: 2, periodSeconds: 5 });
  await world.apply(pod("web").container("main", { startupProbe }));
  await world.advance(11 * second);
  const killing = "Normal Killing Container main failed startup probe, will be restarted";
  assert.ok(world.events("web").includes(killing));
  assert.equal(world.container("web/main").restartCount, 1);
  assert.equal(world.container("web/main").started, false);
});

Deno.test("who comes after a sidecar waits until it has started", async () => {
  await using world = await createWorld();
  const scripts = answers(world, "web/side");
  scripts.set("started", { exitCode: 1 });
  const startupProbe = exec("started", { failureThreshold: 30 });
  await world.apply(pod("web").sidecar("side", { startupProbe }).container("main"));
  await world.advance(25 * second);
  assert.deepEqual(world.runtime.running(), ["web/side"]);
  assert.equal(world.status("web").phase, "Pending");
  assert.equal(condition(world, "web", "Initialized"), "False ContainersNotInitialized");
  scripts.delete("started");
  await world.advance(10 * second);
  assert.deepEqual(world.runtime.running(), ["web/main", "web/side"]);
  assert.equal(condition(world, "web", "Initialized"), "True");
  assert.equal(world.row("web"), "2/2 Running");
});

Deno.test("a sidecar that does not start, or is not alive, is tried again whatever the pod's policy", async () => {
  await using world = await createWorld();
  const scripts = answers(world, "job/side");
  scripts.set("started", { exitCode: 1 });
  await world.apply(
    pod("job").restartPolicy("Never").container("main").sidecar("side", {
      startupProbe: exec("started", { failureThreshold: 1 }),
      livenessProbe: exec("alive", { failureThreshold: 1 }),
    }),
  );
  await world.advance(10 * second);
  assert.ok(
    world.events("job").includes("Normal Killing Init container side failed startup probe"),
  );
  scripts.delete("started");
  await world.advance(10 * second);
  assert.deepEqual(world.runtime.running(), ["job/main", "job/side"]);
  scripts.set("alive", { exitCode: 1 });
  await world.advance(10 * second);
  assert.ok(
    world.events("job").includes("Normal Killing Init container side failed liveness probe"),
  );
  await world.advance(30 * second);
  assert.ok(world.runtime.running().includes("job/main"));
});

Deno.test("probes ask over HTTP, TCP and gRPC at the pod's address and the container's named port", async () => {
  await using world = await createWorld();
  const agents: (string | undefined)[] = [];
  world.probes.serveHttp("10.88.0.2:8080", ({ headers }) => {
    agents.push(headers["user-agent"]);
    return { status: 503 };
  });
  world.probes.serveHealth("10.88.0.2:9000", (service) => ({
    answer: { kind: "Answered", status: service === "shop" ? "SERVING" : "SERVICE_UNKNOWN" },
  }));
  const http = { httpGet: { port: "web", path: "/healthz" } };
  await world.apply(
    pod("web")
      .container("http", { readinessProbe: http, ports: [{ name: "web", containerPort: 8080 }] })
      .container("tcp", { readinessProbe: { tcpSocket: { port: 8081 } } })
      .container("grpc", { readinessProbe: { grpc: { port: 9000, service: "shop" } } })
      .container("lost", { readinessProbe: { tcpSocket: { port: "unknown" } } }),
  );
  await world.advance(1);
  assert.deepEqual(world.probes.asked, [
    "GET http://10.88.0.2:8080/healthz",
    "connect 10.88.0.2:8081",
    "health 10.88.0.2:9000 shop",
  ]);
  assert.deepEqual(agents, ["kube-probe/1.37"]);
  assert.equal(world.row("web"), "1/4 Running");
  const unhealthy = world.events("web").filter((text) => text.includes("Unhealthy"));
  assert.deepEqual(unhealthy.toSorted(), [
    "Warning Unhealthy Readiness probe errored and resulted in unknown state: " +
    'port "unknown" not found',
    "Warning Unhealthy Readiness probe failed: HTTP probe failed with statuscode: 503",
    "Warning Unhealthy Readiness probe failed: dial tcp 10.88.0.2:8081: connect: " +
    "connection refused",
  ]);
});

Deno.test("a redirect to another host is a success with a warning", async () => {
  await using world = await createWorld();
  world.probes.serveHttp(":80", () => ({ status: 302, location: "http://login.test/", body: "x" }));
  await world.apply(pod("web").container("main", { readinessProbe: { httpGet: { port: 80 } } }));
  await world.advance(1);
  assert.equal(world.row("web"), "1/1 Running");
  assert.ok(
    world.events("web").includes(
      "Warning ProbeWarning Readiness probe warning: Probe terminated redirects, Response body: x",
    ),
  );
});

Deno.test("a command's own variables are known to an exec probe, and its time is limited", async () => {
  await using world = await createWorld();
  world.runtime.onExec("web/main", () => ({ afterMs: 5_000 }));
  const env = [{ name: "FILE", value: "/tmp/ready" }];
  const readinessProbe = { exec: { command: ["cat", "$(FILE)", "$(OTHER)"] }, timeoutSeconds: 2 };
  await world.apply(pod("web").container("main", { env, readinessProbe }));
  await world.advance(3 * second);
  assert.deepEqual(execs(world), ["execSync web/main cat /tmp/ready $(OTHER)"]);
  assert.ok(
    world.events("web").includes(
      "Warning Unhealthy Readiness probe failed: command timed out: " +
        '"cat /tmp/ready $(OTHER)" timed out after 2s',
    ),
  );
});

Deno.test("a runtime that is away says nothing of the containers", async () => {
  await using world = await createWorld({
    errors: ["Runtime does not answer, what runs goes on and starts wait"],
  });
  const probes = { livenessProbe: exec("alive"), readinessProbe: exec("ready") };
  await world.apply(pod("web").container("main", probes));
  await world.advance(60 * second);
  world.runtime.goDown();
  await world.advance(120 * second);
  assert.equal(world.row("web"), "1/1 Running");
  world.runtime.comeBack();
  await world.advance(60 * second);
  assert.equal(world.row("web"), "1/1 Running");
  assert.equal(world.container("web/main").restartCount, 0);
  assert.deepEqual(world.events("web").filter((text) => text.includes("Unhealthy")), []);
});

Deno.test("a pod that ends is asked whether it is ready, and no more whether it is alive", async () => {
  await using world = await createWorld();
  const scripts = answers(world, "web/main");
  world.runtime.program("main", { onStop: "ignored" });
  const fast = { periodSeconds: 1, failureThreshold: 1 };
  await world.apply(
    pod("web").container("main", {
      livenessProbe: exec("alive", fast),
      readinessProbe: exec("ready", fast),
    }),
  );
  await world.advance(5 * second);
  await world.delete("web");
  world.runtime.forgetCalls();
  scripts.set("ready", { exitCode: 1 }).set("alive", { exitCode: 1 });
  await world.advance(10 * second);
  assert.equal(world.container("web/main").ready, false);
  assert.equal(condition(world, "web", "Ready"), "False ContainersNotReady");
  assert.ok(execs(world).every((text) => text.endsWith("ready")));
  await world.advance(30 * second);
  assert.equal(world.row("web"), "gone");
  const asked = execs(world).length;
  await world.advance(30 * second);
  assert.equal(execs(world).length, asked);
});

Deno.test("a restart of the agent leaves ready what was ready and started what was started, and restarts nothing", async () => {
  await using world = await createWorld();
  const scripts = answers(world, "web/main");
  const probes = {
    startupProbe: exec("started"),
    livenessProbe: exec("alive"),
    readinessProbe: exec("ready"),
  };
  scripts.set("ready", { exitCode: 1 });
  await world.apply(pod("web").container("main", probes), pod("other").container("main", probes));
  await world.advance(60 * second);
  assert.equal(world.row("web"), "0/1 Running");
  assert.equal(world.row("other"), "1/1 Running");

  for (const restart of ["stop", "kill"] as const) {
    if (restart === "kill") world.killAgent();
    else await world.stopAgent();
    world.runtime.forgetCalls();
    await world.startAgent();
    assert.equal(world.row("web"), "0/1 Running");
    assert.equal(world.container("web/main").started, true);
    assert.equal(world.row("other"), "1/1 Running");
    await world.advance(60 * second);
    assert.ok(!execs(world).some((text) => text.endsWith("started")));
    assert.deepEqual(world.runtime.story().filter((text) => !text.startsWith("exec")), []);
  }
  scripts.delete("ready");
  await world.advance(10 * second);
  assert.equal(world.row("web"), "1/1 Running");
});

Deno.test("what was ready and is not any more is found out after a restart", async () => {
  await using world = await createWorld();
  const scripts = answers(world, "web/main");
  await world.apply(pod("web").container("main", { readinessProbe: exec("ready") }));
  await world.advance(5 * second);
  await world.stopAgent();
  scripts.set("ready", { exitCode: 1 });
  await world.startAgent();
  assert.equal(world.row("web"), "1/1 Running");
  await world.advance(21 * second);
  assert.equal(world.row("web"), "0/1 Running");
});

Deno.test("a container that was restarted is asked anew", async () => {
  await using world = await createWorld();
  const scripts = answers(world, "web/main");
  await world.apply(pod("web").container("main", { readinessProbe: exec("ready") }));
  await world.advance(1);
  assert.equal(world.row("web"), "1/1 Running");
  scripts.set("ready", { exitCode: 1 });
  world.runtime.exit("web/main", { code: 1 });
  await world.advance(1);
  assert.equal(world.container("web/main").restartCount, 1);
  assert.equal(world.row("web"), "0/1 Running");
});

Deno.test("when an agent meets 110 pods at once their probes are spread over the period", async () => {
  let seed = 1;
  const fraction = (): number => (seed = seed * 48_271 % 0x7fff_ffff) / 0x7fff_ffff;
  await using world = await createWorld({ random: { fraction } });
  const at: number[] = [];
  world.probes.serveHttp(":80", () => {
    at.push(world.clock.now());
    return {};
  });
  const livenessProbe = { httpGet: { port: 80 }, periodSeconds: 10 };
  const pods = Array.from(
    { length: 110 },
    (_, index) => pod(`web-${index}`).container("main", { livenessProbe }),
  );
  await world.apply(...pods);
  await world.advance(5 * second);
  await world.stopAgent();
  at.length = 0;
  await world.startAgent();
  await world.advance(10 * second);
  assert.equal(at.length, 110);
  const inOneSecond = Map.groupBy(at, (ms) => Math.floor(ms / second)).values();
  assert.ok(Math.max(...inOneSecond.map((each) => each.length)) < 30);
  await world.advance(10 * second);
  assert.equal(at.length, 220);
});
