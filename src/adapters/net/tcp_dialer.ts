/** The port of connections over TCP. */
import type { Dialer } from "../../ports/dialer.ts";
import { messageOf, Unavailable } from "../../ports/errors.ts";
import { openTcp } from "./conn.ts";

export const tcpDialer: Dialer = {
  async dial(target, signal) {
    try {
      return await openTcp(target, { signal });
    } catch (error) {
      if (signal.aborted) throw error;
      throw new Unavailable(messageOf(error), { cause: error });
    }
  },
};
