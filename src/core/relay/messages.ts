/** What the messages of the relay say, and how that is read from what somebody else has sent. @see docs/relay-protocol.md */
import * as v from "valibot";
import type { Instant } from "../instant.ts";
import type { JournalEntry, JournalObject, JournalRecord } from "../journal/record.ts";
import { isPlainMap, type PlainMap } from "../plain_map.ts";
import { failure, type Result, success } from "../result.ts";

/**
 * - `Relaying`: the node's status comes this way.
 * - `Standby`: the node tells the API server itself.
 * - `Gone`: the node has left the broker; its will, or its farewell.
 */
export type PresenceState = "Relaying" | "Standby" | "Gone";

/** That the node is there. */
export interface Presence {
  readonly state: PresenceState;
  /** From 1; greater with each connection of the session. A will is of the connection that it was left at. */
  readonly connection: number;
  /** Another one with each start of the kernel: two that take turns are two machines with one certificate. */
  readonly bootId: string;
  /** Of the program. */
  readonly version: string;
  /** The node's clock, in milliseconds, and whether a time source has set it. */
  readonly at: Instant;
  readonly isSynchronised: boolean;
  /** The newest record of the journal. */
  readonly highest: number;
  /** The node's client certificate and what leads to its authority, each in DER. Empty in a will: it was said before. */
  readonly chain: readonly Uint8Array[];
  /** Fingerprints of the bridges' certificates that the node knows. */
  readonly bridges: readonly string[];
  /** Of the newest wish for it; "" for none. It proves that the presence is no older. */
  readonly nonce: string;
}

/** The newest status of an object, as a whole. */
export interface ObjectState {
  readonly object: JournalObject;
  readonly status: PlainMap;
}

/** A part of what is newest of all objects. */
export interface StatePart {
  readonly objects: readonly ObjectState[];
  /** The counter of the first part's message: parts of one state have the same. */
  readonly first: number;
  /** How many parts the state has. */
  readonly parts: number;
  /** The newest record of the journal that is in it. */
  readonly upTo: number;
}

/** Records of the journal, in order. Those that repeat an event are left out but for the newest. */
export interface Batch {
  readonly records: readonly JournalRecord[];
}

/** Of the batch that has its session and counter: what is in it is in the API server. */
export interface Acknowledgement {
  /** Records that the API server will never take; they count as told. */
  readonly refused: readonly number[];
  /** Records that the API server does not take now, though it answers: they are to be told again. */
  readonly later: readonly number[];
}

/** What a bridge asks a node for. */
export interface Wish {
  /** A presence with this nonce; "" for none. */
  readonly presence: string;
  readonly state: boolean;
  /** A session greater than this one: what the node says now is taken for old. 0 for no such wish. */
  readonly sessionAbove: number;
}

/** A bridge's certificate, before the first thing that it says to a session that does not know it. */
export interface Introduction {
  /** As of a presence. */
  readonly chain: readonly Uint8Array[];
}

const text = v.string();
const whole = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const instant = v.pipe(v.number(), v.safeInteger());
/** The schema's library takes lists for maps. */
const map = v.custom<PlainMap>(isPlainMap);
const certificates = v.pipe(
  v.array(text),
  v.maxLength(8),
  v.transform((chain) => decodedChain(chain)),
);

const object = v.object({
  kind: v.picklist(["Pod", "Node"]),
  namespace: text,
  name: text,
  uid: text,
});
const event = v.object({
  type: v.picklist(["Normal", "Warning"]),
  reason: text,
  message: text,
  namespace: text,
  name: text,
  uid: text,
  resourceVersion: v.exactOptional(text),
  fieldPath: text,
});
const entry = v.variant("kind", [
  v.object({ kind: v.literal("Changed"), object, changes: map }),
  v.object({ kind: v.literal("Gone"), object }),
  v.object({
    kind: v.literal("Event"),
    event,
    first: whole,
    firstSeen: instant,
    count: whole,
    more: v.exactOptional(whole),
  }),
  v.object({
    kind: v.literal("Gap"),
    subject: text,
    count: whole,
    to: whole,
    until: instant,
  }),
]) satisfies v.GenericSchema<unknown, JournalEntry>;

const presence = v.object({
  state: v.picklist(["Relaying", "Standby", "Gone"]),
  connection: whole,
  bootId: v.pipe(text, v.minLength(1)),
  version: text,
  at: instant,
  isSynchronised: v.optional(v.boolean(), false),
  highest: whole,
  chain: v.optional(certificates, []),
  bridges: v.optional(v.array(text), []),
  nonce: v.optional(text, ""),
});
const statePart = v.object({
  objects: v.array(v.object({ object, status: map })),
  first: whole,
  parts: v.pipe(whole, v.minValue(1)),
  upTo: whole,
});
const batch = v.object({
  records: v.array(v.object({
    sequence: whole,
    at: instant,
    bootId: v.exactOptional(text),
    unsynchronised: v.optional(v.boolean(), false),
    entry,
  })),
});
const acknowledgement = v.object({
  refused: v.optional(v.array(whole), []),
  later: v.optional(v.array(whole), []),
});
const wish = v.object({
  presence: v.optional(text, ""),
  state: v.optional(v.boolean(), false),
  sessionAbove: v.optional(whole, 0),
});
const introduction = v.object({ chain: certificates });

/** What is left out is "" or empty, false or 0. */
export function presenceBody(
  { chain, bridges, nonce, isSynchronised, ...rest }: Presence,
): PlainMap {
  return {
    ...rest,
    ...isSynchronised && { isSynchronised },
    ...nonce !== "" && { nonce },
    ...bridges.length > 0 && { bridges },
    ...chain.length > 0 && { chain: encodedChain(chain) },
  };
}

export function parsePresence(body: unknown): Result<Presence, "Malformed"> {
  return parsed(presence, body);
}

export function stateBody(part: StatePart): PlainMap {
  return { ...part };
}

export function parseStatePart(body: unknown): Result<StatePart, "Malformed"> {
  return parsed(statePart, body);
}

/** Records of the session's own boot do not name it. */
export function batchBody(
  { records }: Batch,
  { bootId }: Pick<Presence, "bootId">,
): PlainMap {
  return {
    records: records.map((record) => ({
      sequence: record.sequence,
      at: record.at,
      ...record.bootId !== bootId && { bootId: record.bootId },
      ...!record.isSynchronised && { unsynchronised: true },
      entry: record.entry,
    })),
  };
}

/** `bootId`: of the session's presence. The clock that never goes backwards counts within the node alone: it is 0 here. */
export function parseBatch(
  body: unknown,
  { bootId: own }: Pick<Presence, "bootId">,
): Result<Batch, "Malformed"> {
  const read = parsed(batch, body);
  if (!read.ok) return read;
  const records = read.value.records.map((
    { unsynchronised, bootId = own, ...record },
  ) => ({ ...record, bootId, isSynchronised: !unsynchronised, monotonicMs: 0 }));
  return success({ records });
}

export function acknowledgementBody({ refused, later }: Acknowledgement): PlainMap {
  return { ...refused.length > 0 && { refused }, ...later.length > 0 && { later } };
}

export function parseAcknowledgement(body: unknown): Result<Acknowledgement, "Malformed"> {
  return parsed(acknowledgement, body);
}

export function wishBody({ presence, state, sessionAbove }: Wish): PlainMap {
  return {
    ...presence !== "" && { presence },
    ...state && { state },
    ...sessionAbove > 0 && { sessionAbove },
  };
}

export function parseWish(body: unknown): Result<Wish, "Malformed"> {
  return parsed(wish, body);
}

export function introductionBody({ chain }: Introduction): PlainMap {
  return { chain: encodedChain(chain) };
}

export function parseIntroduction(body: unknown): Result<Introduction, "Malformed"> {
  return parsed(introduction, body);
}

function parsed<S extends v.GenericSchema>(
  schema: S,
  body: unknown,
): Result<v.InferOutput<S>, "Malformed"> {
  try {
    const { success: isGood, output } = v.safeParse(schema, body);
    return isGood ? success(output) : failure("Malformed");
  } catch {
    return failure("Malformed");
  }
}

function encodedChain(chain: readonly Uint8Array[]): readonly string[] {
  return chain.map((der) => der.toBase64());
}

/** Throws SyntaxError for what is no base64. */
function decodedChain(chain: readonly string[]): readonly Uint8Array[] {
  return chain.map((text) => Uint8Array.fromBase64(text));
}
