/** The connections of a server of node:http, those too that it has handed over for another protocol and forgotten. */
import type { Server } from "node:http";
import type { Socket } from "node:net";

export interface OpenSockets {
  /** Cuts all of them off. */
  destroy(): void;
}

/** Knows those that come from now on. */
export function openSockets(server: Server): OpenSockets {
  const open = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    open.add(socket);
    socket.once("close", () => open.delete(socket));
  });
  return {
    destroy() {
      for (const socket of open) socket.destroy();
    },
  };
}
