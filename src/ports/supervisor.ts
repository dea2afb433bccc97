/** A k3s server's own API, beside that of Kubernetes: it tells a node what it needs, and signs its certificates. */
import type { K3sClusterConfig } from "../core/k3s/cluster_config.ts";

/** What a certificate is for. */
export type SupervisorPurpose = "client" | "serving";

/** Whose certificate it is to be. */
export interface SupervisedNode {
  readonly name: string;
  /** By which the server knows the node again: the first one that it hears is the one that counts. */
  readonly password: string;
  readonly ips: readonly string[];
}

/**
 * Every request has a deadline. Errors: Unauthorized (the credential is not accepted, or the Node of the certificate is no more),
 * Forbidden (another machine has the node's name), NotFound (the server knows no such path), Unavailable (also: not ready, too busy, half an
 * answer), Failed.
 */
export interface Supervisor {
  /** Shows nothing, and asks for nothing: the server has a certificate of the authority that it is known by, or this throws. */
  prove(): Promise<void>;
  config(): Promise<K3sClusterConfig>;
  /** `HOST:PORT` of all API servers, sorted. */
  apiServers(): Promise<readonly string[]>;
  /** Who signs the clients of the node's API, in PEM. */
  clientCa(): Promise<string>;
  /** The release of Kubernetes, such as `v1.33.4+k3s1`; null: it is not told to who asks. */
  version(): Promise<string | null>;
  /** Gives the chain in PEM. `request` is a PKCS #10 request in DER; what it asks for beside its key counts for nothing. */
  sign(
    purpose: SupervisorPurpose,
    order: { readonly request: Uint8Array; readonly node: SupervisedNode },
  ): Promise<string>;
}
