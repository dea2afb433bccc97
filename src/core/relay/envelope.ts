/** What every message of the relay looks like: who signs what, and where it belongs. @see docs/relay-protocol.md */
import { concat } from "../bytes.ts";
import { failure, type Result, success } from "../result.ts";
import { readVarint, varint } from "./varint.ts";

export const protocolVersion = 1;

/** What a message is. 32 to 47 are kept for the desired state of a node, which a later version may send down. */
export const messageKinds = {
  presence: 1,
  state: 2,
  journal: 3,
  acknowledgement: 4,
  wish: 5,
  introduction: 6,
} as const;

export type MessageKind = keyof typeof messageKinds;

/**
 * Upwards the session and the number of the message in it. Downwards those of the message that is answered: what a bridge says
 * belongs to what a node has said.
 */
export interface MessageNumber {
  /** From 1; greater with each start of the node's agent. */
  readonly session: number;
  /** From 1; greater with each message of the session. */
  readonly counter: number;
}

export interface MessageHead extends MessageNumber {
  readonly topic: string;
  readonly kind: MessageKind;
}

/** A message with its body packed, see `packBody`. */
export interface Envelope extends MessageHead {
  readonly signature: Uint8Array;
  readonly body: Uint8Array;
}

/** Why a payload is no envelope. */
export type EnvelopeProblem = "UnknownVersion" | "UnknownKind" | "Malformed";

/** Of an RSA key of 16,384 bits. */
const longestSignature = 2_048;
/** What a signature is for: keys of nodes sign other things too. */
const purpose = "skerry relay";

/** What is signed: a message cannot be given another topic, kind or number. */
export function signingInput({ topic, body, ...head }: Omit<Envelope, "signature">): Uint8Array {
  const place = new TextEncoder().encode(`${purpose}\0${topic}\0`);
  return concat([place, headBytes(head), body]);
}

export function encodeEnvelope({ signature, body, ...head }: Envelope): Uint8Array {
  return concat([headBytes(head), varint(signature.length), signature, body]);
}

/** Reads what came on a topic; nothing of it is verified. */
export function decodeEnvelope(
  { topic, payload }: { readonly topic: string; readonly payload: Uint8Array },
): Result<Envelope, EnvelopeProblem> {
  const [version, number] = payload;
  if (version !== undefined && version !== protocolVersion) return failure("UnknownVersion");
  const session = readVarint(payload, 2);
  const counter = session && readVarint(payload, session.end);
  const length = counter && readVarint(payload, counter.end);
  if (!session || !counter || !length || length.value > longestSignature) {
    return failure("Malformed");
  }
  const kind = kindOf(number);
  if (kind === null) return failure("UnknownKind");
  const bodyAt = length.end + length.value;
  if (bodyAt > payload.length) return failure("Malformed");
  return success({
    topic,
    kind,
    session: session.value,
    counter: counter.value,
    signature: payload.slice(length.end, bodyAt),
    body: payload.slice(bodyAt),
  });
}

function headBytes({ kind, session, counter }: Omit<MessageHead, "topic">): Uint8Array {
  const first = Uint8Array.of(protocolVersion, messageKinds[kind]);
  return concat([first, varint(session), varint(counter)]);
}

function kindOf(number: number | undefined): MessageKind | null {
  const found = Object.entries(messageKinds).find(([, each]) => each === number)?.[0];
  return found !== undefined && found in messageKinds ? found as MessageKind : null;
}
