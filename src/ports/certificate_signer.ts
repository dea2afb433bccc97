/** Whoever signs the node's certificates: an API server that is asked for one, or a k3s server. */
import type { RequestParts } from "../core/kube/certificate_request.ts";

export type RequestOutcome =
  /** The chain in PEM. */
  | { readonly kind: "Issued"; readonly certificate: string }
  /** No retry with this key can help. */
  | { readonly kind: "Refused"; readonly why: string }
  /** There is no answer yet, or the request has gone: it is to be made again. */
  | { readonly kind: "Unanswered" };

export interface RequestProgress {
  /** The request's name. */
  readonly name: string;
  /** "": the server can be asked. */
  readonly problem: string;
  readonly approved: boolean;
}

/** Asks with one credential. */
export interface CertificateSigner {
  /**
   * Waits until it is signed; `progress` is told of each step. Errors: those of `KubeApi`, and the signal's reason. Unauthorized and Forbidden
   * are about the credential.
   */
  sign(
    parts: RequestParts,
    progress: (step: RequestProgress) => void,
    signal: AbortSignal,
  ): Promise<RequestOutcome>;
}
