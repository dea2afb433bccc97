/** A message of the relay as it is shown to people who debug a site. */
import type { Instant } from "../instant.ts";
import { decodeEnvelope, type MessageKind } from "./envelope.ts";
import { bodyOf, type MessageProblem } from "./message.ts";

/** What passed over the broker, as it was. */
export interface PassedMessage {
  /** By the node's clock: when the broker had taken it, or when it was heard. */
  readonly at: Instant;
  /** From the node, or to it. */
  readonly direction: "up" | "down";
  readonly topic: string;
  readonly payload: Uint8Array;
  /** Why it was not believed; `null` for what was, and for the node's own. */
  readonly problem: MessageProblem | null;
}

/** As it comes to somebody who looks on. */
export interface TakenMessage extends PassedMessage {
  /** How many before it were left out because the reader was too slow. */
  readonly missed: number;
}

/** The same, decoded. */
export interface TappedMessage extends Omit<TakenMessage, "payload" | "problem"> {
  /** These three are `null` where the payload is no message of this protocol. */
  readonly kind: MessageKind | null;
  readonly session: number | null;
  readonly counter: number | null;
  /** Of the payload. */
  readonly bytes: number;
  readonly verdict: "sent" | "believed" | "dropped";
  /** Why it was dropped; "" where it was not. */
  readonly problem: MessageProblem | "";
  /** JSON, see messages.ts; `null` where it cannot be read. */
  readonly body: unknown;
}

/** What nobody vouches for may be packed small and be large: it is not unpacked further than this. */
const strangersLimit = { maxBytes: 64 * 1_024 };

export function tappedMessage(
  { at, direction, topic, payload, problem, missed }: TakenMessage,
): TappedMessage {
  const read = decodeEnvelope({ topic, payload });
  const envelope = read.ok ? read.value : null;
  const body = envelope && bodyOf(envelope, problem === null ? undefined : strangersLimit);
  const fared = direction === "up" ? "sent" : "believed";
  return {
    at,
    direction,
    topic,
    kind: envelope?.kind ?? null,
    session: envelope?.session ?? null,
    counter: envelope?.counter ?? null,
    bytes: payload.length,
    verdict: problem === null ? fared : "dropped",
    problem: problem ?? "",
    missed,
    body: body?.ok ? body.value : null,
  };
}
