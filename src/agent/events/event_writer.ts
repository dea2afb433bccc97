/** Writes the events that are recorded into the API server, where there is one. */
import {
  combinedMessage,
  correlate,
  type Correlated,
  type Correlation,
  noCorrelation,
  plainKey,
} from "../../core/kube/event_correlation.ts";
import { eventNamespace, eventObject, eventRepetition } from "../../core/kube/event_object.ts";
import { events as resource, type KubeObject, type ObjectRef } from "../../core/kube/resource.ts";
import {
  type BucketLimits,
  fullBucket,
  take,
  type TokenBucket,
} from "../../core/kube/token_bucket.ts";
import type { RecordedEvent } from "../../core/event.ts";
import type { Clock } from "../../ports/clock.ts";
import { Conflict, NotFound, PortError, Unauthorized, Unavailable } from "../../ports/errors.ts";
import type { KubeApi } from "../../ports/kube_api.ts";
import type { Log } from "../../ports/log.ts";
import type { Random } from "../../ports/random.ts";
import { type EventOrigin, foldedEvents } from "../../core/journal/events.ts";
import { eventSubject, type JournalEvent, type JournalRecord } from "../../core/journal/record.ts";
import type { EventJournal, JournaledEvent } from "../journal/event_journal.ts";
import type { JournalKeeper } from "../journal/journal_keeper.ts";
import type { EventRecorder } from "./event_recorder.ts";
import { createRequestPump } from "../cluster/request_pump.ts";

export interface EventWriter {
  /** Tells what an earlier agent has left, then follows the recorder until the signal aborts. */
  run(signal: AbortSignal): Promise<void>;
  /** The server answers again: what waits for it goes on. */
  resume(): void;
}

export interface EventWriterDeps {
  readonly kube: KubeApi;
  readonly recorder: EventRecorder;
  readonly nodeName: string;
  /** `eventRecordQPS` and `eventBurst`. */
  readonly eventLimits: BucketLimits;
  readonly journal: EventJournal;
  readonly keeper: Pick<JournalKeeper, "earlier" | "isWaiting" | "isTold" | "acknowledge">;
  /** See RequestPumpDeps. */
  readonly pace: () => Promise<void>;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

/** An event that is to be told. */
interface Telling {
  readonly event: RecordedEvent;
  readonly message: string;
  readonly count: number;
  readonly origin: EventOrigin;
  /** Of its records in the journal. */
  readonly sequences: readonly number[];
  readonly durable: Promise<void>;
}

/** What stands for several events. */
interface Combined {
  readonly count: number;
  readonly origin: EventOrigin;
}

/** Told events that are kept in mind; the oldest are dropped first. */
const maxKept = 1_000;
/** Waiting ones: those that wait for long are folded, so they are few. */
const maxWaiting = 5_000;
/** They come to the server in the order in which they happened. */
const sideBySide = 1;
const pumpKey = "events";

export function createEventWriter(deps: EventWriterDeps): EventWriter {
  const { kube, recorder, nodeName, eventLimits: limits, clock, log, journal, keeper } = deps;
  /** In the order in which the first of each happened. */
  const waiting = new Map<string, Telling>();
  const told = new Map<string, ObjectRef>();
  const combined = new Map<string, Combined>();
  const earlier = earlierTellings(keeper);
  let isOver = false;
  let correlation: Correlation = noCorrelation;
  let bucket: TokenBucket = fullBucket(limits, clock.monotonic());
  const pump = createRequestPump({ ...deps, work, sideBySide });

  function observe(event: RecordedEvent): void {
    const journaled = journal.record(event);
    const subject = eventSubject(event);
    // Nothing is dropped while the server is away: what is alike is counted together.
    const own = plainKey(event);
    const isKnown = told.has(own) || waiting.has(own);
    if (pump.isAway() && isKnown) {
      return add(own, { ...journaled, message: event.message, count: event.count });
    }
    if (pump.isAway()) return add(subject, folded(subject, journaled));
    const next = correlate(correlation, event, clock.monotonic());
    correlation = next.correlation;
    if (next.event === null) return keeper.acknowledge(journaled.sequences);
    add(next.event.key, tellingOf(journaled, next.event));
  }

  /** The newest of a key takes the place of the one that waits, and tells for it. */
  function add(key: string, telling: Telling): void {
    const sequences = [...waiting.get(key)?.sequences ?? [], ...telling.sequences];
    waiting.set(key, { ...telling, sequences });
    if (waiting.size > maxWaiting) dropOldest();
    pump.add(pumpKey);
  }

  function dropOldest(): void {
    const [oldest] = waiting;
    if (oldest === undefined) return;
    waiting.delete(oldest[0]);
    keeper.acknowledge(oldest[1].sequences);
  }

  /** What stands for several events counts itself; any other was counted by the recorder. */
  function tellingOf(journaled: JournaledEvent, { key, message, ...as }: Correlated): Telling {
    const { event } = journaled;
    if (!as.combined) return { ...journaled, message, count: event.count };
    const before = combined.get(key);
    const count = (before?.count ?? 0) + 1;
    const origin = before?.origin ?? journaled.origin;
    keep(combined, key, { count, origin });
    const firstSeen = count === 1 ? event.lastSeen : event.firstSeen;
    return { ...journaled, event: { ...event, firstSeen }, message, count, origin };
  }

  /** Together with what waits of the same object and reason. */
  function folded(subject: string, journaled: JournaledEvent): Telling {
    const { event } = journaled;
    const before = waiting.get(subject);
    const count = (before?.count ?? 0) + 1;
    if (before === undefined) {
      const once = { ...event, firstSeen: event.lastSeen };
      return { ...journaled, event: once, message: event.message, count };
    }
    const { firstSeen } = before.event;
    const isSame = before.message === event.message;
    const message = isSame ? event.message : combinedMessage(event.message);
    return { ...journaled, event: { ...event, firstSeen }, message, count, origin: before.origin };
  }

  /** Tells all that waits, one after another. */
  async function work(): Promise<void> {
    for (let [next] = waiting; next !== undefined && !isOver; [next] = waiting) {
      const [key, telling] = next;
      await turn();
      await telling.durable;
      // Another way has told the API server of all of it meanwhile.
      if (keeper.isTold(telling.sequences)) told.delete(key);
      else await tellOrDrop(key, telling);
      keeper.acknowledge(telling.sequences);
      // It may have happened again meanwhile.
      if (waiting.get(key) === telling) waiting.delete(key);
    }
  }

  async function tellOrDrop(key: string, telling: Telling): Promise<void> {
    try {
      await tell(key, telling);
    } catch (err) {
      if (!(err instanceof PortError)) throw err;
      if (err instanceof Unavailable || err instanceof Unauthorized) throw err;
      // Such as that of a namespace which is going: the same request would be refused again.
      log.debug("The API server does not take an event", { reason: telling.event.reason, err });
    }
  }

  async function turn(): Promise<void> {
    if (pump.hasBacklog()) await deps.pace();
    const taken = take(bucket, limits, clock.monotonic());
    bucket = taken.bucket;
    if (taken.waitMs > 0) await clock.sleep(taken.waitMs);
  }

  async function tell(key: string, telling: Telling): Promise<void> {
    const before = told.get(key);
    if (before === undefined) return await create(key, telling);
    try {
      await repeat(before, telling);
    } catch (err) {
      // The server forgets events after an hour.
      if (!(err instanceof NotFound)) throw err;
      await create(key, telling);
    }
  }

  async function create(key: string, telling: Telling): Promise<void> {
    const object = eventObject({ ...telling, nodeName });
    const name = object.metadata.name ?? "";
    const ref = { resource, namespace: eventNamespace(telling.event), name };
    try {
      await kube.create<KubeObject>(ref, object);
    } catch (err) {
      // It was told before, and that was not noted any more: by this agent, or an earlier one that was killed.
      if (!(err instanceof Conflict)) throw err;
      await repeat(ref, telling);
    }
    keep(told, key, ref);
  }

  async function repeat(ref: ObjectRef, telling: Telling): Promise<void> {
    await kube.patch(ref, { kind: "merge", body: eventRepetition(telling) });
  }

  async function run(signal: AbortSignal): Promise<void> {
    for (const [subject, telling] of earlier) add(subject, telling);
    let after = recorder.begin;
    while (!signal.aborted) {
      try {
        await recorder.next(after, signal);
      } catch {
        break;
      }
      for (const event of recorder.list(after)) {
        observe(event);
        after = event.sequence;
      }
    }
    isOver = true;
    await pump.close();
  }

  return { run, resume: pump.resume };
}

function keep<T>(map: Map<string, T>, key: string, value: T): void {
  map.delete(key);
  map.set(key, value);
  const oldest = map.keys().next();
  if (map.size > maxKept && !oldest.done) map.delete(oldest.value);
}

/** What an earlier agent has recorded and not told, by subject. */
function earlierTellings(
  { earlier, isWaiting }: Pick<JournalKeeper, "earlier" | "isWaiting">,
): readonly (readonly [string, Telling])[] {
  const records = earlier().filter(isEvent).filter(({ sequence }) => isWaiting(sequence));
  const groups = Map.groupBy(records, ({ entry }) => eventSubject(entry.event));
  return [...groups].map(([subject, group]) => {
    const { event, combined, origin, sequences } = foldedEvents(group);
    const message = combined ? combinedMessage(event.message) : event.message;
    const durable = Promise.resolve();
    return [subject, { event, message, count: event.count, origin, sequences, durable }];
  });
}

function isEvent(record: JournalRecord): record is JournalRecord<JournalEvent> {
  return record.entry.kind === "Event";
}
