/** Writes a batch of a node's journal, or what a state tells, and finds what the API server will never take. */
import type {
  JournalEntry,
  JournalEvent,
  JournalObject,
  JournalRecord,
} from "../core/journal/record.ts";
import { eventSubject, objectKey } from "../core/journal/record.ts";
import { changedBy } from "../core/bridge/shown_object.ts";
import { isMissingRight } from "../core/bridge/missing_right.ts";
import { second } from "../core/instant.ts";
import type { Acknowledgement, ObjectState } from "../core/relay/messages.ts";
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

/** `Later`: the API server does not take it now, though it may take others: a webhook that is down stands before some objects alone. */
type Outcome = "Written" | "Refused" | "Later";

/** After so many that are not taken now the others are not tried: the API server may be away. */
const mostLater = 3;

/**
 * Gives the sequences of what the API server refuses, and of what it does not take now; the others it has. Throws Unauthorized when it
 * does not know the bridge: then the batch is to be written once more.
 */
export async function writeBatch(
  records: readonly JournalRecord[],
  deps: BatchWriterDeps,
): Promise<Acknowledgement> {
  const refused: number[] = [];
  const later: number[] = [];
  const groups = groupsOf(records, deps.writer);
  const outcomes = await written(groups, deps);
  for (const [index, group] of groups.entries()) {
    const outcome = outcomes[index] ?? "Later";
    const sequences = group.records.map(({ sequence }) => sequence);
    if (outcome === "Later") later.push(...sequences);
    else measure(group, { outcome, ...deps });
    if (outcome === "Refused") refused.push(...sequences);
  }
  return { refused, later };
}

function measure(
  { records }: Group,
  { outcome, clock, metrics }: BatchWriterDeps & { readonly outcome: Outcome },
): void {
  for (const { at } of records) {
    metrics.delay.observe({}, Math.max(0, clock.now() - at) / second);
    metrics.records.inc({ result: outcome });
  }
}

/**
 * Writes the newest statuses of objects; those that the API server refuses are left as they are. Gives false where it does not take all
 * now. Throws as {@linkcode writeBatch}.
 */
export async function writeState(
  objects: readonly ObjectState[],
  deps: Pick<BatchWriterDeps, "writer" | "log">,
): Promise<boolean> {
  const writes = objects.map(({ object, status }) => ({
    write: () => deps.writer.changed(object, [() => status]),
  }));
  return !(await written(writes, deps)).includes("Later");
}

/** One after another, in order. */
async function written(
  writes: readonly Pick<Group, "write">[],
  deps: Pick<BatchWriterDeps, "log">,
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const each of writes) {
    const isAway = outcomes.filter((outcome) => outcome === "Later").length >= mostLater;
    outcomes.push(isAway ? "Later" : await outcomeOf(each, deps));
  }
  return outcomes;
}

async function outcomeOf(
  { write }: Pick<Group, "write">,
  { log }: Pick<BatchWriterDeps, "log">,
): Promise<Outcome> {
  for (let tried = 1;; tried++) {
    try {
      await write();
      return "Written";
    } catch (err) {
      if (!(err instanceof PortError) || err instanceof Unauthorized) throw err;
      if (err instanceof Conflict && tried < tries) continue;
      if (err instanceof Unavailable) {
        log.debug("The API server does not take now what a node has told", { err });
        return "Later";
      }
      log.warn("The API server does not take what a node has told", { err });
      return isMissingRight(err) ? "Later" : "Refused";
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
