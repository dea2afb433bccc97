/** What bridges note at a node's Lease: how far its messages are written, and which renewal was a bridge's. */
import * as v from "valibot";
import { rfc3339Micro } from "../instant.ts";
import type { Instant } from "../instant.ts";
import { type Lease, renewedLease } from "../node/lease.ts";
import type { MessageNumber } from "../relay/envelope.ts";

export const markAnnotation = "skerry.dev/relay";

export interface LeaseMark {
  /** The last batch that is written, and that may come once more; null before the first. */
  readonly last: MessageNumber | null;
  /** The first message of the newest state that is written. */
  readonly state: MessageNumber | null;
  /** The `renewTime` that a bridge has set; "" for none. With any other one the node itself has renewed the Lease. */
  readonly renewed: string;
}

const number = v.object({
  session: v.pipe(v.number(), v.safeInteger()),
  counter: v.pipe(v.number(), v.safeInteger()),
});
const mark = v.object({
  last: v.optional(v.nullable(number), null),
  state: v.optional(v.nullable(number), null),
  renewed: v.optional(v.string(), ""),
});

const noMark: LeaseMark = { last: null, state: null, renewed: "" };

/** A mark that somebody has spoiled counts as none: what is written twice does no harm. */
export function markOf(lease: Lease): LeaseMark {
  const read = v.safeParse(v.pipe(v.string(), v.parseJson(), mark), annotation(lease));
  return read.success ? read.output : noMark;
}

/** The lease with what is new of the mark. */
export function withMark(lease: Lease, news: Partial<LeaseMark>): Lease {
  const text = JSON.stringify({ ...markOf(lease), ...news });
  const annotations = { ...lease.metadata?.annotations, [markAnnotation]: text };
  return { ...lease, metadata: { ...lease.metadata, annotations } };
}

/** The lease renewed for the node by a bridge. */
export function renewedForNode(
  lease: Lease,
  { node, now, elapsedMs }: {
    readonly node: string;
    readonly now: Instant;
    /** Since the last renewal. */
    readonly elapsedMs: number;
  },
): Lease {
  const durationSeconds = lease.spec?.leaseDurationSeconds ?? defaultDurationSeconds;
  const renewal = { nodeName: node, nodeUid: "", durationSeconds, now, elapsedMs };
  const renewed = renewedLease(lease, renewal);
  return withMark(renewed, { renewed: renewed.spec?.renewTime ?? rfc3339Micro(now) });
}

/** The kubelet's. */
export const defaultDurationSeconds = 40;

/** Whether the last renewal is the node's own. */
export function isRenewedByNode(lease: Lease): boolean {
  return lease.spec?.renewTime !== markOf(lease).renewed;
}

function annotation({ metadata }: Lease): string {
  return metadata?.annotations?.[markAnnotation] ?? "";
}
