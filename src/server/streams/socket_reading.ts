/** Stops and starts the reading from a socket, so that a client is held back by those who take its bytes. */
import type { Duplex } from "node:stream";

export interface Reading {
  stop(): void;
  start(): void;
}

interface Handle {
  readStop(): unknown;
  readStart(): unknown;
}

/**
 * A TLS socket of Deno (2.9.6) reads on whether it is paused or not, and keeps what it has read: 100 MB from a client lay in
 * memory as a whole. The handle of the TCP connection below it can be stopped. Any other socket is paused.
 */
export function readingOf(socket: Duplex): Reading {
  const handle = tcpHandleBelow(socket);
  if (handle === null) {
    return {
      stop: () => void socket.pause(),
      start: () => void socket.resume(),
    };
  }
  return { stop: () => void handle.readStop(), start: () => void handle.readStart() };
}

function tcpHandleBelow(socket: object): Handle | null {
  const parent = propertyOf(propertyOf(socket, "_handle"), "_parent");
  return isHandle(parent) ? parent : null;
}

function propertyOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}

function isHandle(value: unknown): value is Handle {
  return ["readStop", "readStart"].every((name) => typeof propertyOf(value, name) === "function");
}
