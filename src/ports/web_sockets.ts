/** WebSockets to servers that know this node by its certificate. */
import type { KeyPair } from "./certificate_store.ts";

export interface WebSocketTarget {
  /** Such as `wss://10.0.0.1:6443/v1-k3s/connect`. */
  readonly url: string;
  /** Of this node. */
  readonly identity: KeyPair;
  /** PEM of who signs the server's certificate. */
  readonly authority: string;
}

export interface WebSocketConnection {
  /**
   * The next message. Pings are answered while somebody reads. Rejects at the end, whichever it is, with what there is to say of
   * it: Failed for what is no WebSocket's, else Unavailable or the network's error.
   */
  read(): Promise<Uint8Array>;
  /**
   * Resolves when the message is on its way; `urgent` ones go before all that waits. Messages of one kind keep their order.
   * Rejects with Unavailable when the connection is gone.
   */
  write(message: Uint8Array, options?: { readonly urgent: boolean }): Promise<void>;
  /** Like an urgent message; the answer shows in `heard`. */
  ping(): Promise<void>;
  /** How often anything has come from the server. */
  readonly heard: number;
  /** Messages and pings that wait to be written. */
  readonly waiting: number;
  /** Idempotent; reads and writes under way end. */
  close(): void;
}

export interface WebSockets {
  /** Throws Unavailable with what the network, TLS or the server has to say, or the signal's reason. */
  open(target: WebSocketTarget, signal: AbortSignal): Promise<WebSocketConnection>;
}
