/** Stories of clocks that are wrong from the start, or are set while pods run: pods notice nothing of it. */
import assert from "node:assert/strict";
import { pod } from "../fakes/pods.ts";
import { createWorld, type World, type WorldOptions } from "./world.ts";

const hour = 3_600_000;
const now = Date.UTC(2026, 0, 1);

/** Where the clock is set to, from what it shows. */
const settings: Readonly<Record<string, (at: number) => number>> = {
  "an hour forward": (at) => at + hour,
  "an hour back": (at) => at - hour,
  "to 1970": () => 0,
  "to 2100": () => Date.UTC(2100, 0, 1),
};

/** What boards show that have lost the time; nobody tells them. */
const lost = { "1970": 0, "2100": Date.UTC(2100, 0, 1) };

function set(world: World, to: (at: number) => number): void {
  world.clock.setWall(to(world.clock.now()));
}

/** A node whose power was cut, and whose clock shows that time since; its agent is not started yet. */
async function boardAt(wall: number, options: WorldOptions = {}): Promise<World> {
  const world = await createWorld(options);
  await world.advance(1_000);
  world.killAgent();
  world.runtime.reboot();
  world.clock.setWall(wall);
  world.timeSync.synchronised = false;
  return world;
}

/** When the runs of a container began, in seconds since the first. */
function starts(world: World, container: string): readonly number[] {
  const calls = world.runtime.calls.filter(({ text }) =>
    text.startsWith(`startContainer ${container}`)
  );
  return calls.map(({ at }) => Math.round((at - (calls[0]?.at ?? 0)) / 1_000));
}

for (const [what, to] of Object.entries(settings)) {
  Deno.test(`the crash back-off goes on as it was when the clock is set ${what}`, async () => {
    await using world = await createWorld();
    world.runtime.program("main", { exitCode: 1 });
    await world.apply(pod("web"));
    await world.advance(15_000);
    const before = world.clock.monotonic();
    set(world, to);
    await world.advance(30_000 - 1 - before);
    assert.equal(world.container("web/main").restartCount, 2, "the wait of 20 s is not over");
    assert.equal(world.row("web"), "0/1 CrashLoopBackOff");
    await world.advance(1);
    assert.equal(world.container("web/main").restartCount, 3);
    await world.advance(40_000 - 1);
    assert.equal(world.container("web/main").restartCount, 3, "40 s come next");
    await world.advance(1);
    assert.equal(world.container("web/main").restartCount, 4);
  });

  Deno.test(`the back-off of a pull goes on as it was when the clock is set ${what}`, async () => {
    await using world = await createWorld();
    await world.apply(pod("web").container("main", { image: "app:1" }));
    await world.advance(5_000);
    world.runtime.images.publish("app:1");
    set(world, to);
    await world.advance(4_999);
    assert.equal(world.row("web"), "0/1 ImagePullBackOff");
    await world.advance(1);
    assert.equal(world.row("web"), "1/1 Running");
  });

  Deno.test(`a pod has its whole deadline when the clock is set ${what}, and the agent anew`, async () => {
    await using world = await createWorld();
    await world.apply(pod("job").spec({ activeDeadlineSeconds: 300 }));
    const { startTime } = world.status("job");
    await world.advance(100_000);
    set(world, to);
    await world.advance(100_000);
    await world.restartAgent();
    await world.advance(98_000);
    assert.equal(world.row("job"), "1/1 Running");
    await world.advance(3_000);
    assert.equal(world.status("job").reason, "DeadlineExceeded");
    assert.equal(world.status("job").startTime, startTime, "what was told stays");
  });

  Deno.test(`a pod that goes has its whole grace when the clock is set ${what}`, async () => {
    await using world = await createWorld();
    world.runtime.program("main", { onStop: { exitCode: 0, afterMs: 10_000 } });
    world.runtime.program("proxy", { onStop: { exitCode: 0, afterMs: 60_000 } });
    await world.apply(pod("web").grace(30).sidecar("proxy").container("main"));
    await world.delete("web");
    await world.advance(5_000);
    set(world, to);
    await world.advance(5_000);
    const stops = world.runtime.story().filter((call) => call.startsWith("stopContainer"));
    assert.deepEqual(stops, ["stopContainer web/main 30s", "stopContainer web/proxy 20s"]);
    await world.advance(21_000);
    assert.equal(world.row("web"), "gone");
  });

  Deno.test(`nothing is restarted or removed when the clock is set ${what}, in a cluster too`, async () => {
    await using world = await createWorld({ inCluster: true });
    const check = { exec: { command: ["true"] }, initialDelaySeconds: 60, periodSeconds: 5 };
    await world.cluster.bind(pod("web").container("main", { livenessProbe: check }), pod("other"));
    await world.apply(pod("static"));
    await world.advance(30_000);
    world.runtime.forgetCalls();
    set(world, to);
    await world.advance(300_000);
    await world.restartAgent();
    await world.advance(300_000);
    const changes = world.runtime.story().filter((call) => !call.startsWith("exec"));
    assert.deepEqual(changes, []);
    assert.equal(world.cluster.row("web"), "1/1 Running");
    assert.equal(world.row("static"), "1/1 Running");
  });

  Deno.test(`a memory whose clock was set ${what} while no agent ran holds nobody up`, async () => {
    await using world = await createWorld();
    world.runtime.program("crashing", { exitCode: 1 });
    await world.apply(
      pod("web").container("crashing"),
      pod("job").spec({ activeDeadlineSeconds: 7_200 }),
    );
    await world.advance(200_000);
    const { restartCount } = world.container("web/crashing");
    await world.stopAgent();
    set(world, to);
    await world.startAgent();
    assert.equal(world.row("job"), "1/1 Running");
    await world.advance(300_000);
    assert.ok(world.container("web/crashing").restartCount > restartCount);
    await world.advance(7_200_000);
    assert.equal(world.status("job").reason, "DeadlineExceeded");
  });
}

for (const [year, wall] of Object.entries(lost)) {
  Deno.test(`on a board that starts in ${year} pods start, are probed and back off as ever`, async () => {
    await using world = await boardAt(wall);
    const check = { exec: { command: ["true"] }, initialDelaySeconds: 60, periodSeconds: 10 };
    world.runtime.program("crashing", { exitCode: 1 });
    world.runtime.forgetCalls();
    await world.startAgent();
    await world.apply(
      pod("web").container("main", { livenessProbe: check }),
      pod("worse").container("crashing"),
    );
    assert.equal(world.row("web"), "1/1 Running");
    await world.advance(59_000);
    assert.equal(world.runtime.story().filter((call) => call.startsWith("exec")).length, 0);
    await world.advance(92_000);
    assert.notEqual(world.runtime.story().filter((call) => call.startsWith("exec")).length, 0);
    assert.deepEqual(starts(world, "worse/crashing"), [0, 0, 10, 30, 70, 150]);
  });

  Deno.test(`a board that starts in ${year} is told the time later: nothing is restarted, waits go on`, async () => {
    await using world = await boardAt(wall, { inCluster: true });
    world.runtime.program("crashing", { exitCode: 1 });
    await world.startAgent();
    await world.cluster.bind(
      pod("web").spec({ activeDeadlineSeconds: 600 }),
      pod("worse").container("crashing"),
    );
    await world.advance(40_000);
    world.timeSync.synchronised = true;
    world.clock.setWall(now + 30 * 24 * hour);
    const restarts = () => world.container("worse/crashing").restartCount;
    await world.advance(29_000);
    assert.equal(restarts(), 3, "the wait of 40 s is not over");
    await world.advance(2_000);
    assert.equal(restarts(), 4);
    assert.equal(world.runtime.runsOf("web/main").length, 1);
    assert.equal(world.cluster.row("web"), "1/1 Running");
    await world.advance(528_000);
    assert.equal(world.cluster.row("web"), "1/1 Running");
    await world.advance(4_000);
    assert.equal(world.cluster.status("web").reason, "DeadlineExceeded");
  });
}

Deno.test("a board without a clock chip goes on from the time that was known last, until it is told the time", async () => {
  await using world = await boardAt(0);
  await world.startAgent();
  await world.apply(pod("web"));
  const { startTime = "" } = world.status("web");
  assert.equal(startTime, "2026-01-01T00:00:00Z");
  world.timeSync.synchronised = true;
  world.clock.setWall(now + hour);
  await world.apply(pod("later"));
  assert.equal(world.status("later").startTime, "2026-01-01T01:00:00Z");
});

Deno.test("the time is kept once an hour, and never one that cannot be right", async () => {
  await using world = await boardAt(lost["2100"]);
  await world.startAgent();
  await world.advance(3 * hour);
  assert.equal((await world.store.facts.load()).get("LastTime"), String(now));
  world.timeSync.synchronised = true;
  world.clock.setWall(now + 9 * hour);
  const writes = world.store.disk.writes;
  await world.advance(3 * hour);
  assert.equal(world.store.disk.writes, writes + 3);
});
