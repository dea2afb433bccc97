/** Whose certificate a connection has shown, if it is good now. */
import type { TLSSocket } from "node:tls";
import { createHash } from "node:crypto";
import { isVouchedFor } from "../../core/x509/client_chain.ts";
import { type SubjectNames, subjectNames } from "../../core/x509/subject_reader.ts";
import type { Instant } from "../../core/instant.ts";
import type { Credentials } from "../auth/auth.ts";
import type { ClientAuthority } from "./tls_identity.ts";

/**
 * The handshake has checked the chain and its purpose, but by the authorities of that time, and a resumed session is not checked
 * at all: so the chain must lead to the authorities of now as well.
 */
export function clientCertificate(
  socket: TLSSocket,
  { authority, now }: { readonly authority: ClientAuthority | null; readonly now: Instant },
): ShownCertificate {
  if (authority === null) return { certificate: null };
  const chain = chainOf(socket);
  const [leaf] = chain;
  if (leaf === undefined) return { certificate: null };
  const { authorities } = authority;
  const subject = socket.authorized && isVouchedFor(chain, { authorities, now })
    ? subjectOrNull(leaf)
    : null;
  if (subject === null) return { certificate: null, hasBadCertificate: true };
  const fingerprint = createHash("sha256").update(leaf).digest("hex");
  return { certificate: { ...subject, fingerprint } };
}

/** What a connection says of its client. */
export type ShownCertificate = Pick<Credentials, "certificate" | "hasBadCertificate">;

/** Null for names that cannot be read. */
function subjectOrNull(certificate: Uint8Array): SubjectNames | null {
  try {
    return subjectNames(certificate);
  } catch {
    return null;
  }
}

/** In DER, the client's own first. */
function chainOf(socket: TLSSocket): readonly Uint8Array[] {
  const chain: Uint8Array[] = [];
  const seen = new Set<unknown>();
  let each: PeerCertificate | undefined = socket.getPeerCertificate(true);
  while (each?.raw !== undefined && !seen.has(each)) {
    seen.add(each);
    chain.push(each.raw);
    each = each.issuerCertificate;
  }
  return chain;
}

/** Without a certificate the object is empty. */
interface PeerCertificate {
  readonly raw?: Uint8Array;
  readonly issuerCertificate?: PeerCertificate;
}
