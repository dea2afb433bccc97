/** The journal's suite against SQLite, and what its transitions cost on flash. */
import assert from "node:assert/strict";
import { systemClock } from "../../../src/adapters/clock.ts";
import { openStore } from "../../../src/adapters/sqlite/store.ts";
import { createEventJournal } from "../../../src/agent/journal/event_journal.ts";
import { openJournal } from "../../../src/agent/journal/journal_keeper.ts";
import type { Store } from "../../../src/ports/store.ts";
import { fakeLog } from "../../fakes/log.ts";
import { temporaryFolder } from "../../fakes/temporary_folder.ts";
import { journalSuite } from "../journal_suite.ts";

journalSuite("SQLite journal", () => {
  const folder = temporaryFolder();
  const path = `${folder.path}/skerry.db`;
  const keys = { defaultPath: `${folder.path}/store.key` };
  return {
    open: () => openStore({ path, keys, log: fakeLog(), now: () => 0 }),
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
});

const object = { kind: "Pod", namespace: "default", name: "web", uid: "web-uid" } as const;

/** As of a pod whose container starts and ends. */
function statusOf(run: number): Record<string, unknown> {
  const at = new Date(1_767_225_600_000 + run * 60_000).toISOString();
  const ready = run % 2 === 0;
  const state = ready
    ? { running: { startedAt: at } }
    : { waiting: { reason: "CrashLoopBackOff", message: "back-off 5m0s restarting failed" } };
  const terminated = { exitCode: 1, reason: "Error", startedAt: at, finishedAt: at };
  return {
    phase: "Running",
    podIPs: [{ ip: "10.0.0.1" }],
    conditions: ["Initialized", "Ready", "ContainersReady", "PodScheduled"].map((type) => ({
      type,
      status: ready ? "True" : "False",
      lastTransitionTime: at,
    })),
    containerStatuses: [{
      name: "main",
      image: "busybox:1",
      imageID: `sha256:${"0".repeat(64)}`,
      containerID: `containerd://${run.toString(16).padStart(64, "0")}`,
      ready,
      restartCount: run,
      state,
      lastState: { terminated },
    }],
  };
}

function eventOf(count: number) {
  const about = { namespace: "default", name: "web", uid: "web-uid" };
  const what = { reason: "Started", message: "Container started", fieldPath: "spec{main}" };
  const times = { firstSeen: 0, lastSeen: count };
  return { type: "Normal" as const, ...what, ...about, ...times, sequence: count, count };
}

function journalBytes(store: Store): number {
  return store.state().writtenBytes?.journal ?? NaN;
}

Deno.test("a transition costs at most 4 KB of writes, its event and acknowledgements included", async () => {
  using folder = temporaryFolder();
  const keys = { defaultPath: `${folder.path}/store.key` };
  const path = `${folder.path}/skerry.db`;
  const store = await openStore({ path, keys, log: fakeLog(), now: () => 0 });
  const clock = systemClock();
  const keeper = await openJournal({
    journal: store.journal,
    clock,
    timeSync: { isSynchronised: () => true },
    bootId: crypto.randomUUID(),
    limits: { maxRecords: 20_000, maxBytes: 8 << 20 },
    log: fakeLog(),
  });
  const events = createEventJournal({ keeper, clock });
  const transitions = 1_000;
  const before = journalBytes(store);
  for (let run = 0; run < transitions; run++) {
    const changed = keeper.changed(object, statusOf(run));
    const { durable, sequences } = events.record(eventOf(run + 1));
    await Promise.all([changed?.durable, durable]);
    keeper.acknowledge([changed?.sequence ?? 0, ...sequences]);
  }
  await keeper.close();
  const each = (journalBytes(store) - before) / transitions;
  await store.close();
  console.log(`${Math.round(each)} bytes a transition`);
  assert.ok(each > 0 && each <= 4_096, `${each} bytes a transition`);
});
