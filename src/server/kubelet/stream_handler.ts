/** Who takes over what is more than a request and an answer: exec, attach and port-forward. */
import type { Buffer } from "node:buffer";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { User } from "../auth/user.ts";

/** A request with an `Upgrade` header, past the gate. */
export interface UpgradeRequest {
  readonly method: string;
  /** Such as `/exec/NAMESPACE/POD/CONTAINER`: decoded and clean. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly user: User;
  readonly remoteAddress: string;
  /** As it came, for its headers. */
  readonly message: IncomingMessage;
  /** The connection; its other end is closed by neither side's end alone (`allowHalfOpen`). */
  readonly socket: Duplex;
  /** What came after the headers already. */
  readonly head: Buffer;
  /** Aborts when the server stops. */
  readonly signal: AbortSignal;
}

/** An ordinary answer where a connection was to be handed over. */
export interface StreamAnswer {
  readonly status: number;
  readonly text: string;
  readonly headers?: Readonly<Record<string, string>>;
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
