/** Stories of what was observed while nobody could be told of it: it is told later, in order, once, with its own times. */
import assert from "node:assert/strict";
import { defaultBackoff } from "../../src/core/pod/backoff.ts";
import { events } from "../../src/core/kube/resource.ts";
import type { JournalRecord } from "../../src/core/journal/record.ts";
import type { K8sContainerStatus, PodStatus, Wire } from "../../src/core/k8s.ts";
import type { CoreV1Event } from "@kubernetes/client-node";
import { clusterSettings } from "../fakes/cluster_settings.ts";
import { pod } from "../fakes/pods.ts";
import { createWorld, type World, type WorldOptions } from "./world.ts";

const minute = 60_000;
const hour = 60 * minute;

function inCluster(options: WorldOptions = {}): Promise<World> {
  return createWorld({ inCluster: true, ...options });
}

/** The server's events about an object, in the order in which it has got them. */
function told(world: World, name: string): readonly Wire<CoreV1Event>[] {
  const all: readonly unknown[] = world.cluster.server.list(events);
  return all.filter(isEvent).filter(({ involvedObject }) => involvedObject.name === name);
}

function isEvent(value: unknown): value is Wire<CoreV1Event> {
  return typeof value === "object" && value !== null && "involvedObject" in value;
}

function happened(world: World, name: string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { reason = "", count = 0 } of told(world, name)) {
    counts.set(reason, (counts.get(reason) ?? 0) + count);
  }
  return counts;
}

/** RFC 3339 without fractions, as it is in objects. */
function at(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, "Z");
}

function conditionTime({ conditions = [] }: PodStatus, type: string): string | undefined {
  return conditions.find((each) => each.type === type)?.lastTransitionTime;
}

function main({ containerStatuses: [first] = [] }: PodStatus): K8sContainerStatus {
  assert.ok(first);
  return first;
}

/** How many transitions of pods a record stands for. */
function changes({ entry }: JournalRecord): number {
  if (entry.kind === "Gap") return entry.subject.startsWith("pod ") ? entry.count : 0;
  return entry.kind === "Changed" && entry.object.kind === "Pod" ? 1 : 0;
}

function sequences(records: readonly JournalRecord[]): readonly number[] {
  return records.map(({ sequence }) => sequence);
}

Deno.test("every transition and event has a number, its times and its boot", async () => {
  await using world = await inCluster();
  world.timeSync.synchronised = false;
  const before = world.store.journal.records.length;
  await world.cluster.bind(pod("web"));
  const records = world.store.journal.records.slice(before);
  assert.deepEqual(sequences(records), records.map((_, index) => before + index + 1));
  const bootId = world.machine.state.identity.bootId;
  for (const record of records) {
    assert.equal(record.bootId, bootId);
    assert.equal(record.isSynchronised, false);
    assert.equal(record.at, world.clock.now());
    assert.equal(record.monotonicMs, world.clock.monotonic());
  }
  const phases = records.map(({ entry }) =>
    entry.kind === "Changed" && entry.object.name === "web" ? entry.changes["phase"] : undefined
  );
  assert.deepEqual(phases.filter(Boolean), ["Pending", "Running"]);
  const reasons = records.map(({ entry }) => entry.kind === "Event" ? entry.event.reason : "");
  assert.deepEqual(reasons.filter((each) => ["Pulled", "Created", "Started"].includes(each)), [
    "Pulled",
    "Created",
    "Started",
  ]);
});

Deno.test("nothing is reported that is not in the journal", async () => {
  await using world = await inCluster();
  let isLate = false;
  const written = new Set<string>();
  const { journal } = world.store;
  const write = journal.write.bind(journal);
  journal.write = async (change) => {
    const size = await write(change);
    for (const { entry } of change.records ?? []) {
      if (entry.kind === "Event") written.add(entry.event.reason);
    }
    return size;
  };
  const path = "/events";
  world.cluster.server.answer({ method: "POST", path }, ({ body }) => {
    const reason = typeof body === "object" && body !== null && "reason" in body
      ? String(body["reason"])
      : "";
    isLate ||= !written.has(reason);
  });
  await world.cluster.bind(pod("web"));
  assert.ok(written.has("Started"));
  assert.ok(told(world, "web").length > 0);
  assert.equal(isLate, false);
});

Deno.test("a quiet node writes nothing into it, with a link and without", async () => {
  await using world = await inCluster();
  await world.cluster.bind(pod("web"), pod("db"));
  await world.advance(minute);
  const before = world.store.journal.writes;
  await world.advance(10 * minute);
  assert.equal(world.store.journal.writes, before);
  world.cluster.server.goDown();
  await world.advance(10 * minute);
  assert.equal(world.store.journal.writes, before);
  assert.equal(world.agent.journal()?.waiting, 0);
});

Deno.test("what happened in an outage is told by the next agent, with the times when it did", async () => {
  await using world = await inCluster();
  await world.cluster.bind(pod("web"));
  await world.advance(hour);
  world.cluster.server.goDown();
  await world.advance(minute);
  const ended = world.clock.now();
  world.runtime.exit("main", { code: 3 });
  await world.advance(hour);
  const before = main(world.status("web"));
  assert.equal(before.restartCount, 1);
  const { identity } = world.machine.state;
  world.machine.state.identity = { ...identity, bootId: "0c1a5e2e-0000-4000-8000-000000000001" };
  await world.restartAgent();
  await world.advance(hour);
  world.cluster.server.comeBack();
  await world.advance(minute);
  const status = world.cluster.status("web");
  assert.equal(main(status).lastState?.terminated?.finishedAt, at(ended));
  assert.deepEqual(main(status).state, before.state);
  assert.equal(main(status).restartCount, 1);
  assert.equal(conditionTime(status, "Ready"), at(ended));
  const again = told(world, "web").filter(({ reason }) => reason === "Started").at(-1);
  assert.equal(again?.lastTimestamp, at(ended));
  assert.match(again?.metadata.name ?? "", new RegExp(`^web\\.${identity.bootId.slice(0, 8)}\\.`));
  assert.equal(world.agent.journal()?.waiting, 0);
});

Deno.test("an agent that is killed before it has noted what it told tells nothing twice", async () => {
  await using world = await inCluster();
  await world.cluster.bind(pod("web"));
  world.runtime.exit("main", { code: 1 });
  await world.advance(1_000);
  const before = told(world, "web").map(({ reason, count }) => `${reason} x${count}`);
  assert.ok(before.includes("Started x2"), before.join());
  world.killAgent();
  await world.startAgent();
  await world.advance(20_000);
  const after = told(world, "web").map(({ reason, count }) => `${reason} x${count}`);
  assert.deepEqual(after, before);
  assert.equal(world.agent.journal()?.waiting, 0);
});

Deno.test("numbers go on after a restart, though all that came before was acknowledged and removed", async () => {
  await using world = await inCluster();
  await world.cluster.bind(pod("web"));
  await world.advance(minute);
  const last = world.store.journal.records.at(-1)?.sequence ?? 0;
  await world.store.journal.write({ removedUpTo: last - 1 });
  await world.restartAgent();
  await world.advance(minute);
  const later = sequences(world.store.journal.records);
  assert.deepEqual(later, later.map((_, index) => last + index));
  assert.ok(later.length > 1);
});

Deno.test("events of before a restart are listed with those of after it", async () => {
  await using world = await inCluster();
  await world.cluster.bind(pod("web"));
  world.cluster.server.goDown();
  await world.restartAgent();
  const listed = world.agent.events.list(0).filter(({ name }) => name === "web");
  assert.deepEqual(listed.map(({ reason }) => reason), ["Pulled", "Created", "Started"]);
});

Deno.test("a journal that cannot be written is told of once, and holds nobody up", async () => {
  await using world = await inCluster();
  world.store.disk.full = true;
  await world.cluster.bind(pod("web"));
  await world.advance(minute);
  assert.equal(world.cluster.row("web"), "1/1 Running");
  assert.ok(happened(world, "web").get("Started"));
  const complaint = "Could not write the journal, going on in memory";
  world.runtime.exit("main", { code: 1 });
  await world.advance(5 * minute);
  assert.equal(world.log.messages("warn").filter((each) => each === complaint).length, 1);
  assert.match(world.agent.journal()?.problem ?? "", /full/);
  world.store.disk.full = false;
  world.runtime.exit("main", { code: 1 });
  await world.advance(5 * minute);
  assert.equal(world.agent.journal()?.problem, "");
  assert.ok(world.log.messages("info").includes("Could write the journal again"));
  const written = sequences(world.store.journal.records);
  assert.deepEqual(written, written.map((_, index) => index + 1));
});

Deno.test("a journal that overflows keeps the first and the last states, and what was counted", async () => {
  const settings = { journal: { maxRecords: 100, maxBytes: 1 << 20 } };
  await using world = await inCluster({ settings });
  await world.cluster.bind(pod("web"));
  await world.advance(minute);
  const since = world.agent.events.list(0).find(({ reason }) => reason === "Started")?.count ?? 0;
  world.cluster.server.goDown();
  world.runtime.program("main", { exitCode: 1, afterMs: 1_000 });
  world.runtime.exit("main", { code: 1 });
  await world.advance(4 * hour);
  world.runtime.program("main", {});
  await world.advance(10 * minute);
  const view = world.agent.journal();
  assert.ok((view?.folded ?? 0) > 0);
  assert.ok((view?.records ?? Infinity) <= 100);
  const { records } = world.store.journal;
  const gaps = records.flatMap(({ entry }) => entry.kind === "Gap" ? [entry.count] : []);
  assert.equal(gaps.reduce((sum, each) => sum + each, 0), view?.folded);
  const started = world.agent.events.list(0).find(({ reason }) => reason === "Started")?.count ?? 0;
  const shown = world.status("web");
  await world.restartAgent();
  world.cluster.server.comeBack();
  await world.advance(minute);
  assert.ok(started - since > 40);
  assert.equal(conditionTime(world.cluster.status("web"), "Ready"), conditionTime(shown, "Ready"));
  const last = told(world, "web").findLast(({ reason }) => reason === "Started");
  assert.equal(last?.count, started);
});

Deno.test("24 hours without a link and 10,000 transitions: all is told within a minute, at most 10 requests a second", async () => {
  const backoff = { ...defaultBackoff, maxMs: 10_000 };
  // The node itself is looked at more rarely than it would be: that is another story.
  const cluster = clusterSettings({ updateMs: 5 * minute, leaseDurationSeconds: 14_400 });
  await using world = await inCluster({ settings: { backoff, cluster, relistMs: 5 * minute } });
  const names = Array.from({ length: 10 }, (_, index) => `pod-${index}`);
  await world.cluster.bind(...names.map((name) => pod(name).container(name)));
  await world.advance(minute);
  const { server } = world.cluster;
  server.goDown();
  for (const name of names) {
    world.runtime.program(name, { exitCode: 1, afterMs: 240_000 });
    world.runtime.exit(name, { code: 1 });
  }
  await world.advance(24 * hour);
  const transitions = world.store.journal.records.reduce((sum, each) => sum + changes(each), 0);
  assert.ok(transitions >= 10_000, `${transitions} transitions`);
  const restarts = names.map((name) => main(world.status(name)).restartCount);
  const started = new Map(
    world.agent.events.list(0).filter(({ reason }) => reason === "Started")
      .map(({ name, count }) => [name, count]),
  );

  server.comeBack();
  const rates: number[] = [];
  for (let seconds = 0; seconds < 60 && world.agent.journal()?.waiting !== 0; seconds++) {
    const before = server.requests.length;
    await world.advance(1_000);
    rates.push(server.requests.length - before);
  }
  const most = Math.max(...rates);
  console.log(
    `${transitions} transitions told in ${rates.length} s, ${most} requests a second at most`,
  );
  assert.equal(world.agent.journal()?.waiting, 0);
  assert.ok(most <= 10, `${most} requests in one second`);
  for (const [index, name] of names.entries()) {
    const status = world.cluster.status(name);
    assert.equal(main(status).restartCount, restarts[index]);
    assert.equal(happened(world, name).get("Started"), started.get(name));
  }
  const firsts = told(world, "pod-0").map(({ firstTimestamp = "" }) => firstTimestamp);
  assert.deepEqual(firsts, firsts.toSorted());
});
