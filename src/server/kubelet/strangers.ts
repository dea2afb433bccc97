/** Connections whose client has not been let in: so many may be open at once, and for one more the oldest makes way. */
import type { Socket } from "node:net";
import { remoteAddress } from "./request_handler.ts";

export interface Strangers {
  /** A connection has come. */
  come(socket: Socket): void;
  /** That from this address and port is no stranger's any more. */
  letIn(address: string): void;
}

export function createStrangers({ most }: { readonly most: number }): Strangers {
  const open = new Map<string, Socket>();
  return {
    come(socket) {
      const address = remoteAddress({ socket });
      open.set(address, socket);
      socket.once("close", () => {
        if (open.get(address) === socket) open.delete(address);
      });
      const [oldest] = open;
      if (open.size <= most || oldest === undefined) return;
      open.delete(oldest[0]);
      oldest[1].destroy();
    },
    letIn: (address) => void open.delete(address),
  };
}
