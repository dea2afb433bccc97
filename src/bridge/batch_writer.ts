/** Writes a batch of a node's journal, or what a state tells, and finds what the API server will never take. */
import type {
  JournalEntry,
  JournalEvent,
  JournalObject,
  JournalRecord,
} from "../core/journal/record.ts";
import { eventSubject, objectKey } from "../core/journal/record.ts";
import { changedBy } from "../core/bridge/shown_object.ts";
import { second } from "../core/instant.ts";
import type { ObjectState } from "../core/relay/messages.ts";
import { Conflict, PortError, Unauthorized, Unavailable } from "../ports/errors.ts";
import type { BridgeDeps } from "./deps.ts";
import type { ObjectWriter } from "./object_writer.ts";

/** Records that are written together: the newest of a subject tells for those before it. */
interface Group {
  readonly records: readonly JournalRecord[];
  write(): Promise<void>;
}

export type BatchWriterDeps = Pick<BridgeDeps, "clock" | "metrics" | "log"> & {
  readonly writer: ObjectWriter;
};

/** How often something is tried again that somebody has changed meanwhile. */
const tries = 4;

/**
 * Gives the sequences of what the API server refuses; the others it has. Throws Unavailable or Unauthorized when it cannot be asked now:
 * then the batch is to be written once more.
 */
export async function writeBatch(
  records: readonly JournalRecord[],
  deps: BatchWriterDeps,
): Promise<readonly number[]> {
  const refused: number[] = [];
  for (const group of groupsOf(records, deps.writer)) {
    const isTaken = await isWritten(group, deps);
    for (const { at } of group.records) {
      deps.metrics.delay.observe({}, Math.max(0, deps.clock.now() - at) / second);
      deps.metrics.records.inc({ result: isTaken ? "Written" : "Refused" });
    }
    if (!isTaken) refused.push(...group.records.map(({ sequence }) => sequence));
  }
  return refused;
}

/** Writes the newest statuses of objects; those that the API server refuses are left as they are. Throws as {@linkcode writeBatch}. */
export async function writeState(
  objects: readonly ObjectState[],
  deps: Pick<BatchWriterDeps, "writer" | "log">,
): Promise<void> {
  for (const { object, status } of objects) {
    await isWritten({ write: () => deps.writer.changed(object, [() => status]) }, deps);
  }
}

async function isWritten(
  { write }: Pick<Group, "write">,
  { log }: Pick<BatchWriterDeps, "log">,
): Promise<boolean> {
  for (let tried = 1;; tried++) {
    try {
      await write();
      return true;
    } catch (err) {
      if (!(err instanceof PortError)) throw err;
      if (err instanceof Unavailable || err instanceof Unauthorized) throw err;
      if (err instanceof Conflict && tried < tries) continue;
      log.warn("The API server does not take what a node has told", { err });
      return false;
    }
  }
}

/** In the order of their first records. */
function groupsOf(records: readonly JournalRecord[], writer: ObjectWriter): readonly Group[] {
  const groups = Map.groupBy(records, ({ entry }) => keyOf(entry));
  return [...groups.values()].map((group) => ({
    records: group,
    write: () => writeGroup(group, writer),
  }));
}

function keyOf(entry: JournalEntry): string {
  switch (entry.kind) {
    case "Changed":
    case "Gone":
      return objectKey(entry.object);
    case "Event":
      return `${eventSubject(entry.event)}\n${entry.first}`;
    // Whose records are missing is told by those after them.
    case "Gap":
      return "gap";
  }
}

async function writeGroup(group: readonly JournalRecord[], writer: ObjectWriter): Promise<void> {
  const told = group.filter(isEvent);
  if (told.length > 0) return await writer.event(told);
  const entries = group.map(({ entry }) => entry);
  const changes = entries.filter((entry) => entry.kind === "Changed");
  const [changed] = changes;
  if (changed) await writer.changed(changed.object, changes.map((each) => changedBy(each.changes)));
  const gone = entries.find((entry) => entry.kind === "Gone");
  if (gone) await writer.gone(gone.object satisfies JournalObject);
}

function isEvent(record: JournalRecord): record is JournalRecord<JournalEvent> {
  return record.entry.kind === "Event";
}
