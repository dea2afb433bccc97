/** An event of the journal as it is listed. */
import type { RecordedEvent } from "../../core/event.ts";
import type { JournalRecord } from "../../core/journal/record.ts";

/** None for a record of anything else. */
export function recordedEvent(
  { entry, at }: JournalRecord,
): readonly Omit<RecordedEvent, "sequence">[] {
  if (entry.kind !== "Event") return [];
  const { event, count, firstSeen } = entry;
  return [{ ...event, count, firstSeen, lastSeen: at }];
}
