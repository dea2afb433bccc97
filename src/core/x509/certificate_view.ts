/** What people are told of one of the node's certificates. */
import type { Instant } from "../instant.ts";

export interface CertificateView {
  readonly name: "client" | "serving";
  /** Null while there is none. */
  readonly expiresAt: Instant | null;
  /** What is waited for or wrong; "" while all is well. */
  readonly problem: string;
}
