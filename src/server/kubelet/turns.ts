/**
 * Keeps a client from filling the memory with requests and bodies: those of one connection are answered one after another, and what it
 * sends is left unread while one of them stands at the gate or is being refused, and while another waits for its turn.
 */
import type { Duplex } from "node:stream";
import { type Reading, readingOf } from "../streams/socket_reading.ts";

/** That of one request. */
export interface Turn {
  /** Resolves when the requests before it on the connection are through. */
  readonly comes: Promise<void>;
  /** It was let in: what follows it may be its body, and that the client goes away is to be heard of. */
  admitted(): void;
  /** It is through, or its connection is somebody else's from now on. Idempotent. */
  over(): void;
}

interface Connection {
  readonly reading: Reading;
  readonly open: Set<Turn>;
  readonly notAdmitted: Set<Turn>;
  /** When the newest request is through. */
  last: Promise<void>;
  isStopped: boolean;
}

/** Called when a request has come, with its connection. */
export function requestTurns(): (socket: Duplex) => Turn {
  const connections = new WeakMap<Duplex, Connection>();
  return (socket) => {
    const connection = connections.get(socket) ?? newConnection(socket);
    connections.set(socket, connection);
    return turnOn(connection);
  };
}

function newConnection(socket: Duplex): Connection {
  return {
    reading: readingOf(socket),
    open: new Set(),
    notAdmitted: new Set(),
    last: Promise.resolve(),
    isStopped: false,
  };
}

function turnOn(connection: Connection): Turn {
  const { open, notAdmitted, last } = connection;
  const through = Promise.withResolvers<void>();
  const turn: Turn = {
    comes: last,
    admitted() {
      notAdmitted.delete(turn);
      update(connection);
    },
    over() {
      open.delete(turn);
      turn.admitted();
      through.resolve();
    },
  };
  connection.last = through.promise;
  open.add(turn);
  notAdmitted.add(turn);
  update(connection);
  return turn;
}

function update(connection: Connection): void {
  const { open, notAdmitted, reading, isStopped } = connection;
  const stops = notAdmitted.size > 0 || open.size > 1;
  if (stops === isStopped) return;
  connection.isStopped = stops;
  if (stops) reading.stop();
  else reading.start();
}
