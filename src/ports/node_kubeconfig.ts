/** The kubeconfig by which a node talks to its cluster, as far as the node's own certificate goes. */
import type { KeyPair } from "./certificate_store.ts";

/** With what a kubeconfig says the node proves who it is. */
export type KubeconfigCredential =
  /** `isOwn`: it is read from where the agent keeps the node's certificate. */
  | { readonly kind: "Certificate"; readonly pair: KeyPair; readonly isOwn: boolean }
  /** A token, a password or a plugin. */
  | { readonly kind: "Other" }
  /** It is not there, or cannot be used: why. */
  | { readonly kind: "None"; readonly why: string };

export interface NodeKubeconfig {
  /** What it says now. */
  read(): Promise<KubeconfigCredential>;
  /** Whether there is a bootstrap kubeconfig now; it may come and go. */
  hasBootstrap(): Promise<boolean>;
  /**
   * Lets it name the node's own certificate, and the cluster that it named before (the bootstrap kubeconfig's where it named
   * none). Durable; does nothing where it says so already. Throws Unavailable, Invalid, Failed.
   */
  useOwnCertificate(): Promise<void>;
}
