/** Gets one certificate from whoever signs it: with the kept key, by the first credential that the cluster accepts. */
import type { Purpose } from "../../core/kube/certificate_request.ts";
import type { CertificateTemplate } from "../../core/x509/certificate_request.ts";
import { belongTogether } from "../../core/x509/certificate.ts";
import { parsePrivateKey } from "../../core/x509/private_key.ts";
import type { KeyPair, RequestStore } from "../../ports/certificate_store.ts";
import type {
  CertificateSigner,
  RequestOutcome,
  RequestProgress,
} from "../../ports/certificate_signer.ts";
import { Failed, Forbidden, messageOf, type PortError, Unauthorized } from "../../ports/errors.ts";

/** Whoever signs, asked with one credential. */
export interface Requester {
  /** What the credential is called in the log. */
  readonly credential: string;
  readonly signer: CertificateSigner;
  /** What a person can do where the server does not accept it. */
  readonly remedy: string;
}

export interface CertificateOrder {
  readonly template: CertificateTemplate;
  readonly purpose: Purpose;
  /** Best first; at least one. */
  readonly requesters: readonly Requester[];
}

export type Obtained =
  | { readonly kind: "Issued"; readonly pair: KeyPair }
  | Exclude<RequestOutcome, { readonly kind: "Issued" }>;

/** Throws the errors of the signers and of the store, and the signal's reason. Nothing is saved; a key that was refused is given up. */
export async function obtainCertificate(
  { template, purpose, requesters }: CertificateOrder,
  { store, progress, passedOver }: {
    readonly store: RequestStore;
    readonly progress: (step: RequestProgress) => void;
    /** Is told of a credential that the server does not accept. */
    readonly passedOver: (problem: string) => void;
  },
  signal: AbortSignal,
): Promise<Obtained> {
  const key = parsePrivateKey(await store.nextKey());
  if (!key.ok) throw new Failed(`the key for a certificate request: ${key.error}`);
  let refusal: PortError = new Failed("there is no credential to ask for a certificate with");
  for (const { credential, signer, remedy } of requesters) {
    try {
      const parts = { template, purpose, key: key.value };
      const outcome = await signer.sign(parts, progress, signal);
      return await withKey(outcome, { key: key.value.pem, store });
    } catch (error) {
      if (!(error instanceof Unauthorized || error instanceof Forbidden)) throw error;
      const message = `${credential} is not accepted (${messageOf(error)}): ${remedy}`;
      passedOver(message);
      refusal = error instanceof Unauthorized ? new Unauthorized(message) : new Forbidden(message);
    }
  }
  throw refusal;
}

async function withKey(
  outcome: RequestOutcome,
  { key, store }: { readonly key: string; readonly store: RequestStore },
): Promise<Obtained> {
  if (outcome.kind === "Issued") {
    const pair = { certificate: outcome.certificate, key };
    if (belongTogether(pair)) return { kind: "Issued", pair };
    outcome = { kind: "Refused", why: "the certificate that was issued is for another key" };
  }
  if (outcome.kind === "Refused") await store.giveUpKey();
  return outcome;
}
