/** Stories of what containers do right after their start and right before their end. */
import assert from "node:assert/strict";
import type { LifecycleHandler } from "../../src/core/k8s.ts";
import { pod } from "../fakes/pods.ts";
import type { ExecScript } from "../fakes/runtime_exec.ts";
import { createWorld, type World } from "./world.ts";

const second = 1_000;
const exec = (word: string): LifecycleHandler => ({ exec: { command: [word] } });

/** Has the commands in the container end by what they are called. */
function answers(world: World, name: string): Map<string, ExecScript> {
  const scripts = new Map<string, ExecScript>();
  world.runtime.onExec(name, ([word = ""]) => scripts.get(word) ?? {});
  return scripts;
}

/** The runtime's calls since they were forgotten, with the seconds that had passed by then. */
function timeline(world: World, start: number): readonly string[] {
  return world.runtime.calls.map(({ at, text }) => `${(at - start) / second}s ${text}`);
}

Deno.test("a container is shown as running, and others follow, once its postStart hook has ended", async () => {
  await using world = await createWorld();
  answers(world, "web/first").set("hello", { afterMs: 5_000 });
  const first = { lifecycle: { postStart: exec("hello") } };
  await world.apply(pod("web").container("first", first).container("second"));
  await world.advance(4 * second);
  assert.equal(world.row("web"), "0/2 ContainerCreating");
  assert.deepEqual(world.runtime.running(), ["web/first"]);
  await world.advance(2 * second);
  assert.equal(world.row("web"), "2/2 Running");
  assert.ok(world.runtime.story().includes("execSync web/first hello"));
});

Deno.test("a container whose postStart hook fails is ended and tried again", async () => {
  await using world = await createWorld();
  const scripts = answers(world, "web/main");
  scripts.set("hello", { exitCode: 3, stdout: "out", stderr: "err" });
  await world.apply(
    pod("web").grace(7).container("main", {
      lifecycle: { postStart: exec("hello"), preStop: exec("bye") },
    }),
  );
  await world.advance(5 * second);
  assert.deepEqual(world.runtime.story().slice(-10), [
    "createContainer web/main",
    "startContainer web/main",
    "execSync web/main hello",
    "execSync web/main bye",
    "stopContainer web/main 7s",
    "createContainer web/main#1",
    "startContainer web/main#1",
    "execSync web/main#1 hello",
    "execSync web/main#1 bye",
    "stopContainer web/main#1 7s",
  ]);
  assert.ok(
    world.events("web").includes(
      "Warning FailedPostStartHook PostStartHook failed (x2)",
    ),
  );
  assert.ok(world.events("web").includes("Normal Killing FailedPostStartHook (x2)"));
  assert.equal(world.row("web"), "0/1 CrashLoopBackOff");
  scripts.delete("hello");
  await world.advance(10 * second);
  assert.equal(world.row("web"), "1/1 Running");
  assert.equal(world.container("web/main").restartCount, 2);
});

Deno.test("the status says for a moment why a postStart hook failed, the event never does", async () => {
  await using world = await createWorld();
  answers(world, "web/main").set("hello", { exitCode: 3, stdout: "out", stderr: "secret" });
  await world.apply(pod("web").container("main", { lifecycle: { postStart: exec("hello") } }));
  const { waiting } = world.container("web/main").state ?? {};
  assert.deepEqual(waiting, {
    reason: "PostStartHookError",
    message: 'Exec lifecycle hook ([hello]) for Container "main" in Pod ' +
      "\"web_default(web-uid)\" failed - error: command 'hello' exited with 3: secret, message: " +
      '"outsecret"',
  });
  assert.ok(!world.events("web").join().includes("secret"));
});

Deno.test("a pod that is deleted does not wait for a postStart hook", async () => {
  await using world = await createWorld();
  answers(world, "web/main").set("hello", { afterMs: 3_600_000 });
  await world.apply(pod("web").container("main", { lifecycle: { postStart: exec("hello") } }));
  await world.advance(10 * second);
  await world.delete("web");
  await world.advance(1 * second);
  assert.equal(world.row("web"), "gone");
  assert.ok(!world.events("web").join().includes("PostStartHook"));
});

Deno.test("a preStop hook comes before the end, and takes its time from the grace period", async () => {
  await using world = await createWorld();
  world.runtime.program("main", { onStop: "ignored" });
  answers(world, "web/main").set("bye", { afterMs: 4_500 });
  const lifecycle = { preStop: exec("bye") };
  await world.apply(pod("web").grace(10).container("main", { lifecycle }));
  const start = world.clock.now();
  world.runtime.forgetCalls();
  await world.delete("web");
  await world.advance(20 * second);
  assert.deepEqual(timeline(world, start).slice(0, 3), [
    "0s execSync web/main bye",
    "4.5s stopContainer web/main 6s",
    "10.5s stopSandbox web",
  ]);
  assert.deepEqual(world.events("web").slice(-1), ["Normal Killing Stopping container main"]);
});

Deno.test("a preStop hook that takes too long leaves two seconds for the end", async () => {
  await using world = await createWorld();
  world.runtime.program("main", { onStop: "ignored" });
  answers(world, "web/main").set("bye", { afterMs: 60_000 });
  await world.apply(
    pod("web").grace(10).container("main", { lifecycle: { preStop: exec("bye") } }),
  );
  const start = world.clock.now();
  world.runtime.forgetCalls();
  await world.delete("web");
  await world.advance(20 * second);
  assert.deepEqual(timeline(world, start).slice(0, 3), [
    "0s execSync web/main bye",
    "10s stopContainer web/main 2s",
    "12s stopSandbox web",
  ]);
  assert.deepEqual(world.events("web").slice(-1), [
    "Warning FailedPreStopHook PreStopHook failed",
  ]);
  assert.equal(world.row("web"), "gone");
});

Deno.test("a preStop hook that fails does not hold up the end", async () => {
  await using world = await createWorld();
  answers(world, "web/main").set("bye", { exitCode: 1 });
  await world.apply(pod("web").container("main", { lifecycle: { preStop: exec("bye") } }));
  world.runtime.forgetCalls();
  await world.delete("web");
  await world.advance(1);
  assert.equal(world.row("web"), "gone");
  assert.ok(world.runtime.story().includes("stopContainer web/main 30s"));
  assert.ok(world.events("web").includes("Warning FailedPreStopHook PreStopHook failed"));
});

Deno.test("a shortened grace period cuts a preStop hook", async () => {
  await using world = await createWorld({ inCluster: true });
  world.runtime.program("main", { onStop: "ignored" });
  answers(world, "web/main").set("bye", { afterMs: 60_000 });
  await world.cluster.bind(
    pod("web").grace(60).container("main", { lifecycle: { preStop: exec("bye") } }),
  );
  const start = world.clock.now();
  world.runtime.forgetCalls();
  await world.cluster.delete("web");
  await world.advance(10 * second);
  await world.cluster.delete("web", { graceSeconds: 15 });
  await world.advance(10 * second);
  assert.deepEqual(timeline(world, start).slice(0, 3), [
    "0s execSync web/main bye",
    "10s execSync web/main bye",
    "15s stopContainer web/main 2s",
  ]);
});

Deno.test("hooks sleep, and ask over HTTP at the pod's address; any answer will do", async () => {
  await using world = await createWorld();
  const agents: (string | undefined)[] = [];
  world.probes.serveHttp("10.88.0.2:8080", ({ headers }) => {
    agents.push(headers["user-agent"]);
    return { status: 500 };
  });
  await world.apply(
    pod("web").container("main", {
      ports: [{ name: "web", containerPort: 8080 }],
      lifecycle: {
        postStart: { httpGet: { port: "web", path: "/hello" } },
        preStop: { sleep: { seconds: 3 } },
      },
    }),
  );
  assert.equal(world.row("web"), "1/1 Running");
  assert.deepEqual(world.probes.asked, ["GET http://10.88.0.2:8080/hello"]);
  assert.deepEqual(agents, ["kube-lifecycle/1.37"]);
  const start = world.clock.now();
  world.runtime.forgetCalls();
  await world.delete("web");
  await world.advance(5 * second);
  assert.deepEqual(timeline(world, start)[0], "3s stopContainer web/main 27s");
  assert.ok(!world.events("web").join().includes("FailedPreStopHook"));
});

Deno.test("a hook over HTTPS falls back to HTTP, and tells of it", async () => {
  await using world = await createWorld();
  const secrets: (string | undefined)[] = [];
  world.probes.serveHttp(":443", ({ headers }) => {
    secrets.push(headers["authorization"]);
    return {};
  });
  const httpHeaders = [{ name: "Authorization", value: "secret" }];
  const postStart = { httpGet: { port: 443, scheme: "HTTPS", httpHeaders } };
  await world.apply(pod("web").container("main", { lifecycle: { postStart } }));
  assert.equal(world.row("web"), "1/1 Running");
  assert.deepEqual(secrets, [undefined]);
  assert.ok(
    world.events("web").includes(
      "Warning LifecycleHTTPFallback request to HTTPS lifecycle hook 10.88.0.2:443 got HTTP " +
        "response, retry with HTTP succeeded",
    ),
  );
});

Deno.test("a hook that nobody answers fails, and so does one over TCP", async () => {
  await using world = await createWorld();
  const postStart = { httpGet: { port: 80, path: "/x" } };
  await world.apply(
    pod("http").container("main", { lifecycle: { postStart } }),
    pod("tcp").container("main", { lifecycle: { postStart: { tcpSocket: { port: 80 } } } }),
  );
  assert.equal(
    world.container("http/main").state?.waiting?.message,
    'HTTP lifecycle hook (/x) for Container "main" in Pod "http_default(http-uid)" failed - ' +
      'error: Get "http://10.88.0.2:80/x": dial tcp 10.88.0.2:80: connect: connection refused',
  );
  assert.equal(
    world.container("tcp/main").state?.waiting?.message,
    "Cannot run handler: invalid handler: tcpSocket",
  );
});

Deno.test("a leftover whose manifest nobody knows still runs its preStop hook", async () => {
  await using world = await createWorld();
  const lifecycle = { preStop: { httpGet: { port: "web", path: "/bye" } } };
  const ports = [{ name: "web", containerPort: 8080 }];
  await world.apply(pod("web").container("main", { lifecycle, ports }));
  world.probes.serveHttp(":8080", () => ({}));
  await world.stopAgent();
  world.source.set([]);
  await world.startAgent();
  await world.advance(5 * second);
  assert.deepEqual(world.runtime.running(), []);
  assert.deepEqual(world.probes.asked, ["GET http://10.88.0.2:8080/bye"]);
});

Deno.test("an agent that starts while a preStop hook runs lets it run again, within the same grace period", async () => {
  await using world = await createWorld();
  world.runtime.program("main", { onStop: "ignored" });
  answers(world, "web/main").set("bye", { afterMs: 60_000 });
  await world.apply(
    pod("web").grace(20).container("main", { lifecycle: { preStop: exec("bye") } }),
  );
  const start = world.clock.now();
  world.runtime.forgetCalls();
  await world.delete("web");
  await world.advance(5 * second);
  world.killAgent();
  await world.startAgent();
  await world.advance(30 * second);
  assert.deepEqual(timeline(world, start).slice(0, 3), [
    "0s execSync web/main bye",
    "5s execSync web/main bye",
    "20s stopContainer web/main 2s",
  ]);
});

Deno.test("a sidecar hears of the end with the others, and its preStop hook runs while they end", async () => {
  await using world = await createWorld();
  world.runtime.program("main", { onStop: { afterMs: 6_000 } });
  answers(world, "web/proxy").set("drain", { afterMs: 4_000 });
  answers(world, "web/slow").set("drain", { afterMs: 8_000 });
  const lifecycle = { preStop: exec("drain") };
  await world.apply(
    pod("web").sidecar("slow", { lifecycle }).sidecar("proxy", { lifecycle }).container("main"),
  );
  const start = world.clock.now();
  world.runtime.forgetCalls();
  await world.delete("web");
  await world.advance(1 * second);
  const killing = world.events("web").filter((text) => text.includes("Killing"));
  assert.deepEqual(killing.toSorted(), [
    "Normal Killing Stopping container main",
    "Normal Killing Stopping container proxy",
    "Normal Killing Stopping container slow",
  ]);
  await world.advance(20 * second);
  assert.deepEqual(timeline(world, start).slice(0, 6).toSorted(), [
    "0s execSync web/proxy drain",
    "0s execSync web/slow drain",
    "0s stopContainer web/main 30s",
    "6s stopContainer web/proxy 24s",
    "8s stopContainer web/slow 22s",
    "8s stopSandbox web",
  ]);
  assert.equal(world.row("web"), "gone");
});

Deno.test("a sidecar's preStop hook that lasts longer than the grace period is cut when its turn has come", async () => {
  await using world = await createWorld();
  world.runtime.program("main", { onStop: { afterMs: 6_000 } });
  answers(world, "web/proxy").set("drain", { afterMs: 60_000 });
  const lifecycle = { preStop: exec("drain") };
  await world.apply(pod("web").grace(10).sidecar("proxy", { lifecycle }).container("main"));
  const start = world.clock.now();
  world.runtime.forgetCalls();
  await world.delete("web");
  await world.advance(20 * second);
  assert.deepEqual(timeline(world, start).slice(0, 3), [
    "0s stopContainer web/main 10s",
    "0s execSync web/proxy drain",
    "10s stopContainer web/proxy 2s",
  ]);
  assert.ok(world.events("web").includes("Warning FailedPreStopHook PreStopHook failed"));
});
