/** Stories of containers that end: restart policies and the crash back-off. */
import assert from "node:assert/strict";
import { pod } from "../fakes/pods.ts";
import { createWorld, type World } from "./world.ts";

const outcomes = [
  { policy: "Always", exitCode: 0, shows: "1/1 Running", restarts: 1 },
  { policy: "Always", exitCode: 1, shows: "1/1 Running", restarts: 1 },
  { policy: "OnFailure", exitCode: 0, shows: "0/1 Completed", restarts: 0 },
  { policy: "OnFailure", exitCode: 1, shows: "1/1 Running", restarts: 1 },
  { policy: "Never", exitCode: 0, shows: "0/1 Completed", restarts: 0 },
  { policy: "Never", exitCode: 1, shows: "0/1 Error", restarts: 0 },
] as const;
for (const { policy, exitCode, shows, restarts } of outcomes) {
  Deno.test(`restartPolicy ${policy}, exit code ${exitCode}`, async () => {
    await using world = await createWorld();
    world.runtime.program("main", { exitCode, afterMs: 1_000 }, {});
    await world.apply(pod("job").restartPolicy(policy));
    await world.advance(60_000);
    assert.equal(world.row("job"), shows);
    assert.equal(world.container("job/main").restartCount, restarts);
  });
}

const ownPolicies = [
  { pod: "Always", own: "Never", exitCode: 1, shows: "0/1 Error", restarts: 0 },
  { pod: "Never", own: "Always", exitCode: 0, shows: "1/1 Running", restarts: 1 },
  { pod: "Never", own: "OnFailure", exitCode: 1, shows: "1/1 Running", restarts: 1 },
  { pod: "Always", own: "OnFailure", exitCode: 0, shows: "0/1 Completed", restarts: 0 },
] as const;
for (const { pod: whole, own, exitCode, shows, restarts } of ownPolicies) {
  Deno.test(`a container's own restartPolicy ${own} in a pod with ${whole}, exit code ${exitCode}`, async () => {
    await using world = await createWorld();
    world.runtime.program("main", { exitCode, afterMs: 1_000 }, {});
    await world.apply(pod("job").restartPolicy(whole).container("main", { restartPolicy: own }));
    await world.advance(60_000);
    assert.equal(world.row("job"), shows);
    assert.equal(world.container("job/main").restartCount, restarts);
  });
}

Deno.test("a rule restarts a container for one exit code, and its policy leaves it at another", async () => {
  await using world = await createWorld();
  world.runtime.program("main", { exitCode: 42, afterMs: 1_000 }, { exitCode: 7, afterMs: 1_000 });
  const restartPolicyRules = [{
    action: "Restart",
    exitCodes: { operator: "In", values: [42] },
  }];
  const container = { restartPolicy: "Never", restartPolicyRules };
  await world.apply(pod("job").restartPolicy("Never").container("main", container));
  await world.advance(60_000);
  assert.equal(world.status("job").phase, "Failed");
  assert.equal(world.container("job/main").restartCount, 1);
  assert.equal(world.container("job/main").state?.terminated?.exitCode, 7);
});

Deno.test("a pod that has ended gives its sandbox back and keeps its containers for their logs", async () => {
  await using world = await createWorld();
  world.runtime.program("main", { exitCode: 0, afterMs: 1_000 });
  await world.apply(pod("job").restartPolicy("Never"));
  await world.advance(1_000);
  assert.equal(world.status("job").phase, "Succeeded");
  assert.equal(world.runtime.sandboxesOf("job-uid")[0]?.state, "NotReady");
  assert.equal(world.runtime.runsOf("job/main").length, 1);
  const { reason, exitCode, startedAt, finishedAt } =
    world.container("job/main").state?.terminated ?? {};
  assert.deepEqual({ reason, exitCode, startedAt, finishedAt }, {
    reason: "Completed",
    exitCode: 0,
    startedAt: "2026-01-01T00:00:00Z",
    finishedAt: "2026-01-01T00:00:01Z",
  });
});

/** When the runs of a container began, in seconds since the first. */
function starts(world: World, call: string): readonly number[] {
  const [first = 0, ...others] = world.runtime.calls
    .filter(({ text }) => text.startsWith(`startContainer ${call}`)).map(({ at }) => at);
  return [0, ...others.map((at) => (at - first) / 1_000)];
}

Deno.test("a container that keeps failing is restarted at once, then after 10 s doubling to 300 s", async () => {
  await using world = await createWorld();
  world.runtime.program("main", { exitCode: 3 });
  await world.apply(pod("web"));
  assert.equal(world.row("web"), "0/1 Error");
  await world.advance(1_000);
  assert.equal(world.row("web"), "0/1 CrashLoopBackOff");
  assert.deepEqual(world.container("web/main").state?.waiting, {
    reason: "CrashLoopBackOff",
    message: "back-off 10s restarting failed container=main pod=web_default(web-uid)",
  });
  assert.equal(world.container("web/main").lastState?.terminated?.exitCode, 3);
  assert.equal(world.status("web").phase, "Running");

  await world.advance(1_300_000);
  assert.deepEqual(starts(world, "web/main"), [0, 0, 10, 30, 70, 150, 310, 610, 910, 1_210]);
  assert.equal(world.container("web/main").restartCount, 9);
  assert.match(
    world.events("web").join("\n"),
    /^Warning BackOff Back-off restarting failed container main in pod web_default\(web-uid\) \(x9\)$/m,
  );
  assert.equal(world.runtime.runsOf("web/main").length, 2, "older runs are cleared away");
});

Deno.test("ten minutes without a failure forgive what was", async () => {
  await using world = await createWorld();
  const crash = { exitCode: 1 };
  world.runtime.program("main", crash, crash, crash, { exitCode: 1, afterMs: 601_000 }, crash, {});
  await world.apply(pod("web"));
  await world.advance(2_000_000);
  assert.deepEqual(starts(world, "web/main"), [0, 0, 10, 30, 631, 641]);
  assert.equal(world.row("web"), "1/1 Running");
});

Deno.test("a container that runs out of memory says so", async () => {
  await using world = await createWorld();
  await world.apply(pod("web"));
  world.runtime.outOfMemory("web/main");
  await world.advance(0);
  assert.equal(world.row("web"), "1/1 Running");
  const { reason, exitCode } = world.container("web/main").lastState?.terminated ?? {};
  assert.deepEqual({ reason, exitCode }, { reason: "OOMKilled", exitCode: 137 });
});

Deno.test("only the container that failed is restarted", async () => {
  await using world = await createWorld();
  await world.apply(pod("web").container("a").container("b"));
  world.runtime.forgetCalls();
  world.runtime.exit("web/a", { code: 1 });
  await world.advance(0);
  assert.deepEqual(world.runtime.story(), ["createContainer web/a#1", "startContainer web/a#1"]);
  assert.equal(world.row("web"), "2/2 Running");
});

Deno.test("an exit that the runtime's lists do not show yet is found a moment later", async () => {
  await using world = await createWorld({ listLagMs: 1_500 });
  await world.apply(pod("web"));
  world.runtime.exit("web/main", { code: 1 });
  await world.advance(1_000);
  assert.equal(world.container("web/main").restartCount, 0, "the runtime's lists lag behind");
  await world.advance(3_000);
  assert.equal(world.container("web/main").restartCount, 1);
  assert.equal(world.row("web"), "1/1 Running");
});

for (const eventsNameThePod of [true, false]) {
  const naming = eventsNameThePod ? "events that name the pod" : "events that do not name the pod";
  Deno.test(`an exit before the container was ever seen is noticed, with ${naming}`, async () => {
    await using world = await createWorld({ listLagMs: 100, eventsNameThePod });
    world.runtime.program("main", { exitCode: 0 });
    await world.apply(pod("job").restartPolicy("Never"));
    await world.advance(1_000);
    assert.equal(world.row("job"), "0/1 Completed");
  });
}
