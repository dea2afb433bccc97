/** What a bridge believes of a node's presence: who speaks for the node, and whether it is there. */
import { type Instant, minute } from "../instant.ts";
import type { Envelope } from "../relay/envelope.ts";
import {
  bodyOf,
  isEnvelopeOf,
  type MessageProblem,
  type ReceivedEnvelope,
} from "../relay/message.ts";
import { parsePresence, type Presence } from "../relay/messages.ts";
import { isLaterPresence, type PresencePlace } from "../relay/order.ts";
import { nodeUser } from "../relay/topics.ts";
import { failure, type Result, success } from "../result.ts";
import { type Authorities, isVouchedFor } from "../x509/client_chain.ts";
import { subjectNames } from "../x509/subject_reader.ts";

/** From a start of the node's agent to the next. */
export interface NodeSession extends PresencePlace {
  readonly bootId: string;
  /** In DER. */
  readonly certificate: Uint8Array;
  /** Fingerprints of the bridges that the node knows. */
  readonly bridges: readonly string[];
  /** Monotonic time at which the node was there, as was proven last; null while nothing is: what is retained may be old. */
  readonly provenAt: number | null;
}

/** What is remembered of a node. */
export interface KnownNode {
  readonly session: NodeSession | null;
  /** Boots that are over, the newest last: a machine that comes back with one of them is another one with the same certificate. */
  readonly pastBoots: readonly PastBoot[];
}

/** A boot that was followed by another one. */
export interface PastBoot {
  readonly bootId: string;
  /** What it said last before that. */
  readonly last: PresencePlace;
}

export type PresenceProblem =
  | MessageProblem
  /** Another machine speaks with the node's certificate. */
  | "ClonedNode"
  /** It is what was heard last: retained messages come with every connection. */
  | "Known";

export interface Hearing {
  readonly authorities: Authorities;
  readonly now: Instant;
  readonly monotonic: number;
  /** What the node was asked to say; "" for nothing. */
  readonly nonce: string;
}

/** Of a presence that is dropped: the session that the node has to surpass; 0 where it is none of its own. */
export interface Drop {
  readonly problem: PresenceProblem;
  readonly sessionAbove: number;
  /** Of `ClonedNode` alone. */
  readonly clone?: Clone;
}

/** Two machines with one certificate, by their boots. */
export interface Clone {
  /** Of the one whose message was dropped. */
  readonly bootId: string;
  /** Of the one that is believed, which came last. */
  readonly believed: string;
}

export const unknownNode: KnownNode = { session: null, pastBoots: [] };

/** A node says every 10 minutes that it is there. */
const believedMs = 25 * minute;
/** After so long it should have said so. */
const expectedMs = 12 * minute;
/** A broker that was started anew has forgotten the wills of those that did not come back. */
const doubtedMs = 2 * minute;
const nodeGroup = "system:nodes";
const keptBoots = 8;

/** What is known after a presence. Nothing of it is believed that the node's own key has not signed. */
export function heard(
  known: KnownNode,
  { topic, envelope }: ReceivedEnvelope,
  hearing: Hearing,
): Result<KnownNode, Drop> {
  const body = bodyOf(envelope);
  const read = body.ok ? parsePresence(body.value) : body;
  if (!read.ok) return dropped("Malformed");
  const certificate = certificateOf(read.value, { known, node: topic.node, hearing });
  if (!certificate.ok) return dropped(certificate.error);
  if (!isEnvelopeOf(certificate.value, envelope)) return dropped("BadSignature");
  return after(known, { envelope, presence: read.value, certificate: certificate.value, hearing });
}

interface Verified {
  readonly envelope: Envelope;
  readonly presence: Presence;
  readonly certificate: Uint8Array;
  readonly hearing: Hearing;
}

function after(known: KnownNode, verified: Verified): Result<KnownNode, Drop> {
  const { envelope: { session, counter }, presence, certificate, hearing } = verified;
  const { state, connection, bootId, bridges } = presence;
  const before = known.session;
  const place = { session, counter, connection, state };
  const past = known.pastBoots.find((each) => each.bootId === bootId);
  if (past !== undefined) return droppedOf(past, { place, believed: before?.bootId ?? "" });
  const proof = proofOf(presence, hearing);
  if (!isLaterPresence(place, { than: before })) {
    if (before !== null && isSamePlace(place, before)) return dropped("Known");
    return dropped("Replayed", proof === null ? 0 : before?.session);
  }
  const isSame = before?.session === session && before.bootId === bootId;
  const provenAt = later(proof, isSame ? before.provenAt : null);
  const pastBoots = before === null || before.bootId === bootId
    ? known.pastBoots
    : [...known.pastBoots, { bootId: before.bootId, last: placeOf(before) }].slice(-keptBoots);
  return success({ session: { ...place, bootId, certificate, bridges, provenAt }, pastBoots });
}

/** What a broker has kept from before the node was started anew, or a will that comes late, is no sign of a second machine. */
function droppedOf(
  { bootId, last }: PastBoot,
  { place, believed }: { readonly place: PresencePlace; readonly believed: string },
): Result<never, Drop> {
  if (isSamePlace(place, last)) return dropped("Known");
  const isSaidSince = place.state !== "Gone" && isLaterPresence(place, { than: last });
  if (!isSaidSince) return dropped("Replayed");
  return failure({ problem: "ClonedNode", sessionAbove: 0, clone: { bootId, believed } });
}

function placeOf({ session, counter, connection, state }: PresencePlace): PresencePlace {
  return { session, counter, connection, state };
}

/**
 * When the node was there, in monotonic time, by what it was asked for or else by its clock; null where that proves nothing. By the clock
 * it was then, and not now: a broker may hold messages back.
 */
function proofOf({ nonce, at, isSynchronised }: Presence, hearing: Hearing): number | null {
  if (nonce !== "" && nonce === hearing.nonce) return hearing.monotonic;
  const age = hearing.now - at;
  return isSynchronised && Math.abs(age) <= believedMs
    ? hearing.monotonic - Math.max(0, age)
    : null;
}

function later(one: number | null, other: number | null): number | null {
  return one === null || other === null ? one ?? other : Math.max(one, other);
}

/** A will has no certificate of its own: it is the session's. */
function certificateOf(
  { chain }: Presence,
  { known, node, hearing }: {
    readonly known: KnownNode;
    readonly node: string;
    readonly hearing: Hearing;
  },
): Result<Uint8Array, MessageProblem> {
  const [own] = chain;
  if (own === undefined) {
    return known.session === null ? failure("UnknownSender") : success(known.session.certificate);
  }
  const isTrusted = isNode(own, node) && isVouchedFor(chain, hearing);
  return isTrusted ? success(own) : failure("UntrustedCertificate");
}

function isNode(certificate: Uint8Array, node: string): boolean {
  try {
    const { commonName, organizations } = subjectNames(certificate);
    return commonName === nodeUser(node) && organizations.includes(nodeGroup);
  } catch {
    return false;
  }
}

function isSamePlace(one: PresencePlace, other: PresencePlace): boolean {
  return one.session === other.session && one.counter === other.counter &&
    one.connection === other.connection && one.state === other.state;
}

function dropped(
  problem: PresenceProblem,
  sessionAbove = 0,
): { readonly ok: false; readonly error: Drop } {
  return failure({ problem, sessionAbove });
}

/** Whether the node's status is to be written for it now. */
export function isRelaying(
  { session }: KnownNode,
  { monotonic }: { readonly monotonic: number },
): boolean {
  if (session === null || session.state !== "Relaying" || session.provenAt === null) return false;
  return monotonic - session.provenAt <= believedMs;
}

/** Whether the node is to be asked to prove that it is there. */
export function isProofDue(
  { state, provenAt }: NodeSession,
  { monotonic }: { readonly monotonic: number },
): boolean {
  return state !== "Gone" && (provenAt === null || monotonic - provenAt > expectedMs);
}

/** What is known when the broker may have missed that the node is gone: it is believed for a little while, in which it is asked. */
export function doubted(
  known: KnownNode,
  { monotonic }: { readonly monotonic: number },
): KnownNode {
  const { session } = known;
  if (session === null || session.provenAt === null) return known;
  const provenAt = Math.min(session.provenAt, monotonic - believedMs + doubtedMs);
  return { ...known, session: { ...session, provenAt } };
}
