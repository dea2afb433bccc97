/** Who takes over what is more than a request and an answer: exec, attach and port-forward. */
import type { User } from "../auth/user.ts";
import type { StreamAnswer } from "../streams/stream_refusal.ts";
import type { StreamUpgrade } from "./stream_proxy.ts";

/** An upgrade past the gate, and who asks for it. */
export interface UpgradeRequest extends StreamUpgrade {
  readonly method: string;
  readonly user: User;
  readonly remoteAddress: string;
}

export interface StreamHandler {
  /** GET and POST below /exec/, /attach/ and /portForward/ with an Upgrade header. Answers, and owns the socket until it is closed. */
  upgrade(request: UpgradeRequest): Promise<void>;
  /** What requests for these paths without that header are told. */
  withoutUpgrade(request: Pick<UpgradeRequest, "path" | "query">): Promise<StreamAnswer>;
}

/** The paths whose requests are meant for it. */
const streamPaths: readonly string[] = ["/exec/", "/attach/", "/portForward/"];

export function isStreamPath(path: string): boolean {
  return streamPaths.some((prefix) => path.startsWith(prefix));
}
