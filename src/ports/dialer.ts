/** Connections over TCP to servers on this machine. */
import type { ByteChannel } from "./byte_channel.ts";

export interface Dialer {
  /** Throws Unavailable where nobody listens, or the signal's reason. */
  dial(
    target: { readonly host: string; readonly port: number },
    signal: AbortSignal,
  ): Promise<ByteChannel>;
}
