/** Writes the events that are recorded into the API server, where there is one. */
import {
  correlate,
  type Correlated,
  type Correlation,
  noCorrelation,
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
import { NotFound, PortError, Unauthorized, Unavailable } from "../../ports/errors.ts";
import type { KubeApi } from "../../ports/kube_api.ts";
import type { Log } from "../../ports/log.ts";
import type { Random } from "../../ports/random.ts";
import type { EventRecorder } from "./event_recorder.ts";
import { createRequestPump } from "../cluster/request_pump.ts";

export interface EventWriter {
  /** Follows the recorder until the signal aborts. */
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
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

/** An event that is to be told. */
interface Telling {
  readonly event: RecordedEvent;
  readonly message: string;
  readonly count: number;
}

/** Waiting and told events that are kept in mind; the oldest are dropped first. */
const maxKept = 1_000;
/** They come to the server in the order in which they happened. */
const sideBySide = 1;

export function createEventWriter(deps: EventWriterDeps): EventWriter {
  const { kube, recorder, nodeName, eventLimits: limits, clock, log } = deps;
  const waiting = new Map<string, Telling>();
  const told = new Map<string, ObjectRef>();
  const combined = new Map<string, number>();
  let correlation: Correlation = noCorrelation;
  let bucket: TokenBucket = fullBucket(limits, clock.monotonic());
  const pump = createRequestPump({ ...deps, work, sideBySide });

  function observe(event: RecordedEvent): void {
    const next = correlate(correlation, event, clock.monotonic());
    correlation = next.correlation;
    if (next.event === null) return;
    keep(waiting, next.event.key, tellingOf(event, next.event));
    pump.add(next.event.key);
  }

  /** What stands for several events counts itself; any other was counted by the recorder. */
  function tellingOf(event: RecordedEvent, { key, message, ...as }: Correlated): Telling {
    if (!as.combined) return { event, message, count: event.count };
    const count = (combined.get(key) ?? 0) + 1;
    keep(combined, key, count);
    const firstSeen = count === 1 ? event.lastSeen : event.firstSeen;
    return { event: { ...event, firstSeen }, message, count };
  }

  async function work(key: string): Promise<void> {
    const telling = waiting.get(key);
    if (telling === undefined) return;
    await turn();
    waiting.delete(key);
    try {
      await tell(key, telling);
    } catch (err) {
      if (!(err instanceof PortError)) throw err;
      if (err instanceof Unavailable || err instanceof Unauthorized) {
        if (!waiting.has(key)) keep(waiting, key, telling);
        throw err;
      }
      // Such as that of a namespace which is going: the same request would be refused again.
      log.debug("The API server does not take an event", { reason: telling.event.reason, err });
    }
  }

  async function turn(): Promise<void> {
    const taken = take(bucket, limits, clock.monotonic());
    bucket = taken.bucket;
    if (taken.waitMs > 0) await clock.sleep(taken.waitMs);
  }

  async function tell(key: string, telling: Telling): Promise<void> {
    const before = told.get(key);
    if (before === undefined) return await create(key, telling);
    try {
      await kube.patch(before, { kind: "merge", body: eventRepetition(telling) });
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
    await kube.create<KubeObject>(ref, object);
    keep(told, key, ref);
  }

  async function run(signal: AbortSignal): Promise<void> {
    let after = 0;
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
