/** Who is asked for the node's certificates, and by which credentials. */
import type { CertificateTemplate } from "../../core/x509/certificate_request.ts";
import type { AlternativeNames } from "../../core/x509/subject.ts";
import type { Requester } from "./obtain_certificate.ts";

export interface NodeSigners {
  /** By the node's own certificate. */
  readonly own: Requester;
  /** The way back where that is not accepted, or not there; null: none is configured. */
  readonly fallback: Fallback | null;
  /** Where a person finds another credential for the node to join again. */
  readonly rejoinWith: string;
  /** Who is asked for the serving certificate now, best first. */
  readonly serving: () => Promise<readonly Requester[]>;
  /** What it has to say, besides what the signer adds of its own. */
  readonly servingTemplate: (names: AlternativeNames) => CertificateTemplate;
}

export interface Fallback extends Requester {
  /** It may come and go. */
  isThere(): Promise<boolean>;
}
