/** What is read of the journal when somebody scrapes; nothing on a node without a cluster. */
import { type Instant, second } from "../../core/instant.ts";
import type { Registry } from "../../core/metrics/registry.ts";
import type { JournalView } from "../journal/journal_keeper.ts";

export interface JournalReadingsDeps {
  readonly journal: () => JournalView | null;
  readonly now: () => Instant;
}

export function registerJournalReadings(
  registry: Registry,
  { journal, now }: JournalReadingsDeps,
): void {
  registry.read({
    name: "skerry_journal_records",
    help:
      "Number of records in the journal, those that are acknowledged and not removed among them.",
    type: "gauge",
    read: () => journal()?.records ?? null,
  });
  registry.read({
    name: "skerry_journal_waiting_records",
    help: "Number of records that the API server has not been told of.",
    type: "gauge",
    read: () => journal()?.waiting ?? null,
  });
  registry.read({
    name: "skerry_journal_bytes",
    help: "Size of the journal's records.",
    type: "gauge",
    read: () => journal()?.bytes ?? null,
  });
  registry.read({
    name: "skerry_journal_oldest_age_seconds",
    help:
      "For how long the oldest record waits that the API server has not been told of; 0: none does.",
    type: "gauge",
    read() {
      const view = journal();
      if (view === null) return null;
      return view.oldestAt === null ? 0 : Math.max(0, (now() - view.oldestAt) / second);
    },
  });
  registry.read({
    name: "skerry_journal_folded_total",
    help: "Number of records that made way for others because the journal was full.",
    type: "counter",
    read: () => journal()?.folded ?? null,
  });
}
