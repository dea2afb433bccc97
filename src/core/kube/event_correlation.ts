/**
 * Which of the events that are recorded the API server is told of, and as what: too many about one object are dropped, and many
 * that differ in their message only become one. The rules and their numbers are those of the kubelet's own recorder.
 *
 * @see https://github.com/kubernetes/client-go/blob/master/tools/record/events_cache.go
 */
import type { PodEvent } from "../event.ts";
import { minute } from "../instant.ts";
import { type BucketLimits, fullBucket, take, type TokenBucket } from "./token_bucket.ts";

/** Events of one type about one object: 25 at once, then one every 5 minutes. */
const perObject: BucketLimits = { perSecond: 1 / 300, burst: 25 };
/** Similar events of so many messages within so long a time become one. */
const similarMessages = 10;
const similarMs = 10 * minute;
/** Objects and reasons that are kept in mind. */
const maxKept = 4_096;

/** An event as it is to be told. */
export interface Correlated {
  /** Events with the same key are one object of the API server. */
  readonly key: string;
  readonly message: string;
  /** Whether it stands for events with other messages as well. */
  readonly combined: boolean;
}

interface Similar {
  readonly messages: ReadonlySet<string>;
  /** By the clock that never goes backwards. */
  readonly at: number;
}

/** What was recorded so far. */
export interface Correlation {
  readonly objects: ReadonlyMap<string, TokenBucket>;
  readonly similar: ReadonlyMap<string, Similar>;
}

export const noCorrelation: Correlation = { objects: new Map(), similar: new Map() };

export interface Correlating {
  readonly correlation: Correlation;
  /** Null: there were too many about this object. */
  readonly event: Correlated | null;
}

/** Takes one more event in; `now` is of the clock that never goes backwards. */
export function correlate(correlation: Correlation, event: PodEvent, now: number): Correlating {
  const object = objectOf(event);
  const group = groupOf(event);
  const similar = withMessage(correlation.similar.get(group), event.message, now);
  const combined = similar.messages.size >= similarMessages;
  const bucket = correlation.objects.get(object) ?? fullBucket(perObject, now);
  const taken = take(bucket, perObject, now);
  const isTooMany = taken.waitMs > 0;
  return {
    correlation: {
      objects: isTooMany ? correlation.objects : put(correlation.objects, object, taken.bucket),
      similar: put(correlation.similar, group, combined ? withoutOne(similar) : similar),
    },
    event: isTooMany ? null : told(event, { group, combined }),
  };
}

function objectOf({ namespace, name, uid, type }: PodEvent): string {
  return [namespace, name, uid, type].join("\n");
}

function groupOf(event: PodEvent): string {
  return [objectOf(event), event.reason].join("\n");
}

/** The key of an event that stands for itself alone. */
export function plainKey(event: PodEvent): string {
  return [groupOf(event), event.fieldPath, event.message].join("\n");
}

function told(
  event: PodEvent,
  { group, combined }: { readonly group: string; readonly combined: boolean },
): Correlated {
  const { message } = event;
  if (!combined) return { key: plainKey(event), message, combined };
  return { key: group, message: combinedMessage(message), combined };
}

/** Of an event that stands for others with other messages. */
export function combinedMessage(message: string): string {
  const prefix = "(combined from similar events): ";
  return message.startsWith(prefix) ? message : `${prefix}${message}`;
}

function withMessage(before: Similar | undefined, message: string, now: number): Similar {
  const isFresh = before === undefined || now - before.at > similarMs;
  return { messages: new Set([...isFresh ? [] : before.messages, message]), at: now };
}

/** The number stays at the threshold: the next message makes it full again. */
function withoutOne({ messages, at }: Similar): Similar {
  return { messages: new Set([...messages].slice(1)), at };
}

/** The one that was used last is the last one to be forgotten. */
function put<T>(map: ReadonlyMap<string, T>, key: string, value: T): ReadonlyMap<string, T> {
  const changed = new Map(map);
  changed.delete(key);
  changed.set(key, value);
  const oldest = changed.keys().next();
  if (changed.size > maxKept && !oldest.done) changed.delete(oldest.value);
  return changed;
}
