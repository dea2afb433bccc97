/** Where the agent keeps the service account tokens of its pods, so that they have theirs after a reboot without a link. */
import type { Instant } from "../core/instant.ts";

export interface StoredToken {
  readonly podUid: string;
  /** Which of the pod's tokens it is: `tokenKey` of what was wished for. */
  readonly key: string;
  readonly text: string;
  /** When it ends in truth: the claim `exp`. */
  readonly expiresAt: Instant;
}

/** Every call is durable when it resolves; Unavailable where the store cannot write. Tokens are never stored in the clear. */
export interface TokenStore {
  /** All tokens. One that cannot be read is left out and told of in the log. */
  load(): Promise<readonly StoredToken[]>;
  /** In place of the pod's token of that key. */
  save(token: StoredToken): Promise<void>;
  /** All tokens of a pod; idempotent. */
  remove(podUid: string): Promise<void>;
}
