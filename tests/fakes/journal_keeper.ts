/** A journal's keeper in memory, for tests of what reports. */
import { type JournalKeeper, openJournal } from "../../src/agent/journal/journal_keeper.ts";
import type { Journal } from "../../src/ports/journal.ts";
import { type FakeClock, fakeClock } from "./clock.ts";
import { FakeJournal } from "./journal.ts";
import { type FakeLog, fakeLog } from "./log.ts";

export interface KeeperOptions {
  readonly clock?: FakeClock;
  readonly journal?: Journal;
  readonly log?: FakeLog;
  readonly maxRecords?: number;
}

/** The real keeper; what is in the journal of the options, it finds. */
export function fakeKeeper(options: KeeperOptions = {}): Promise<JournalKeeper> {
  const { clock = fakeClock(), journal = new FakeJournal(), log = fakeLog() } = options;
  return openJournal({
    clock,
    journal,
    log,
    timeSync: { isSynchronised: () => true },
    bootId: "952cd7ef-e213-4609-8584-259635996ade",
    limits: { maxRecords: options.maxRecords ?? 1_000, maxBytes: 1 << 20 },
  });
}

/** Everybody's turn comes at once. */
export function noPace(): Promise<void> {
  return Promise.resolve();
}
