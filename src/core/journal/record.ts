/** What the journal holds: each transition of a pod, its containers or the node, and each event, with the time when it was observed. */
import type { PodEvent } from "../event.ts";
import type { Instant } from "../instant.ts";
import type { PlainMap } from "../plain_map.ts";

/** A pod or the node. */
export interface JournalObject {
  readonly kind: "Pod" | "Node";
  /** "" for the node. */
  readonly namespace: string;
  readonly name: string;
  /** "" for a node whose Node is not known. */
  readonly uid: string;
}

/**
 * - `Changed`: what of the object's status is another than before, see `changesOf`.
 * - `Gone`: the object has left the node.
 * - `Event`: something was told of an object.
 * - `Gap`: records that made way for newer ones.
 */
export type JournalEntry =
  | { readonly kind: "Changed"; readonly object: JournalObject; readonly changes: PlainMap }
  | { readonly kind: "Gone"; readonly object: JournalObject }
  | JournalEvent
  | JournalGap;

export interface JournalEvent {
  readonly kind: "Event";
  readonly event: PodEvent;
  /** The sequence of the record that told of this very event for the first time. */
  readonly first: number;
  readonly firstSeen: Instant;
  /** How often it was told by now. */
  readonly count: number;
  /** How often similar events were told whose records have made way for this one. */
  readonly more?: number;
}

export interface JournalGap {
  readonly kind: "Gap";
  /** What the records were about, see `subjectOf`; "" for several objects. */
  readonly subject: string;
  /** How many records are missing. */
  readonly count: number;
  /** The last of them. */
  readonly to: number;
  readonly until: Instant;
}

/** An entry as it is kept. */
export interface JournalRecord<E extends JournalEntry = JournalEntry> {
  /** From 1; greater than that of every earlier record, and never used twice. */
  readonly sequence: number;
  /** Wall time when it was observed. */
  readonly at: Instant;
  /** Milliseconds of the clock that never goes backwards; comparable within one process of one boot. */
  readonly monotonicMs: number;
  /** Another one with each start of the kernel. */
  readonly bootId: string;
  /** Whether the wall clock was set by a time source. */
  readonly isSynchronised: boolean;
  readonly entry: E;
}

/** How far a way out has come: it has acknowledged all records up to one, but for some. */
export interface JournalCursor {
  readonly upTo: number;
  /** In order. */
  readonly except: readonly number[];
}

/** By what an object's records are found: a pod comes and goes by its UID. */
export function objectKey({ kind, uid }: JournalObject): string {
  return kind === "Node" ? "node" : `pod ${uid}`;
}

/** What a record is about: records of one subject follow from another, and may be folded into one. */
export function subjectOf(entry: JournalEntry): string {
  switch (entry.kind) {
    case "Changed":
    case "Gone":
      return objectKey(entry.object);
    case "Event":
      return eventSubject(entry.event);
    case "Gap":
      return entry.subject;
  }
}

/** Events about one object with the same reason. */
export function eventSubject({ namespace, name, uid, type, reason, fieldPath }: PodEvent): string {
  return ["event", namespace, name, uid, type, reason, fieldPath].join("\n");
}

/** Whether a way out has acknowledged a record. */
export function isAcknowledged({ upTo, except }: JournalCursor, sequence: number): boolean {
  return sequence <= upTo && !except.includes(sequence);
}
