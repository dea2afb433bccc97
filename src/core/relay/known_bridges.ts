/** The bridges that a node believes: those whose certificates one of its authorities vouches for. */
import type { Instant } from "../instant.ts";
import { failure, type Result, success } from "../result.ts";
import { type Authorities, isVouchedFor } from "../x509/client_chain.ts";
import { subjectNames } from "../x509/subject_reader.ts";
import type { Envelope } from "./envelope.ts";
import { bodyOf, isEnvelopeOf, type MessageProblem } from "./message.ts";
import { parseIntroduction } from "./messages.ts";
import { fingerprintOf } from "./signature.ts";

/** Of a bridge's certificate. */
export const bridgeUser = "skerry-bridge";
export const bridgeGroup = "skerry:bridges";

/** Their certificates in DER by fingerprint, the one that was heard of last at the end. */
export type KnownBridges = ReadonlyMap<string, Uint8Array>;

/** More are forgotten, the oldest first: each may introduce itself again. */
const maxKnown = 16;

/** With the bridge that introduces itself. */
export function withBridge(
  known: KnownBridges,
  envelope: Envelope,
  { authorities, now }: { readonly authorities: Authorities; readonly now: Instant },
): Result<KnownBridges, MessageProblem> {
  const body = bodyOf(envelope);
  const read = body.ok ? parseIntroduction(body.value) : body;
  const [own] = read.ok ? read.value.chain : [];
  if (!read.ok || own === undefined) return failure("Malformed");
  if (!isBridge(own) || !isVouchedFor(read.value.chain, { authorities, now })) {
    return failure("UntrustedCertificate");
  }
  if (!isEnvelopeOf(own, envelope)) return failure("BadSignature");
  const fingerprint = fingerprintOf(own);
  const others = [...known].filter(([each]) => each !== fingerprint);
  return success(new Map([...others.slice(1 - maxKnown), [fingerprint, own]]));
}

/** Whether one of them has signed it. */
export function isOfKnown(known: KnownBridges, envelope: Envelope): boolean {
  return [...known.values()].reverse().some((certificate) => isEnvelopeOf(certificate, envelope));
}

/** By its subject alone; false for what is no certificate. */
export function isBridge(certificate: Uint8Array): boolean {
  try {
    const { commonName, organizations } = subjectNames(certificate);
    return commonName === bridgeUser && organizations.includes(bridgeGroup);
  } catch {
    return false;
  }
}
