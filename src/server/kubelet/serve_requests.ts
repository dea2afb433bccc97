/** Ties a server of node:http to a handler: requests, upgrades, and what is neither. */
import type { Buffer } from "node:buffer";
import type { IncomingMessage, Server as HttpServer, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { messageOf } from "../../ports/errors.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Log } from "../../ports/log.ts";
import { anonymous } from "../auth/user.ts";
import type { CountRequest } from "./request_count.ts";
import { refuseMalformed } from "./http_limits.ts";
import { remoteAddress, type RequestHandler } from "./request_handler.ts";
import { isStreamPath, type StreamHandler } from "./stream_handler.ts";
import { requestTurns } from "./turns.ts";
import { writeAndClose, writeResponse } from "./write_response.ts";

export interface ServeOptions {
  readonly server: HttpServer;
  readonly handler: RequestHandler;
  /** Null: nothing is upgraded here. */
  readonly streams: StreamHandler | null;
  readonly count: CountRequest;
  readonly clock: Clock;
  readonly log: Log;
}

/** Works until the server closes; the signal ends answers that go on and on. */
export function serveRequests(
  { server, handler, streams, count, clock, log }: ServeOptions,
  stop: AbortSignal,
): void {
  const turnOf = requestTurns();

  async function request(message: IncomingMessage, to: ServerResponse): Promise<void> {
    const turn = turnOf(message.socket);
    to.once("close", turn.over);
    await turn.comes;
    // Of a client that went meanwhile nothing more is done, or told.
    if (message.socket.destroyed) return turn.over();
    const gone = new AbortController();
    to.once("close", () => gone.abort());
    const signal = AbortSignal.any([gone.signal, stop]);
    const admitted = await handler.admit(message);
    if (!(admitted instanceof Response)) turn.admitted();
    const answer = admitted instanceof Response
      ? admitted
      : await handler.answer(message, admitted, signal);
    message.resume();
    await writeResponse(answer, { to, method: message.method ?? "" });
  }

  async function upgrade(message: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const turn = turnOf(socket);
    const admitted = await handler.admit(message).finally(turn.over);
    if (admitted instanceof Response) {
      return await writeAndClose(admitted, { socket, head, clock });
    }
    const { target: { path, query, isNowhere }, user } = admitted;
    if (streams === null || isNowhere || !isStreamPath(path)) {
      // Whoever would rather speak another protocol is answered in this one.
      const gone = new AbortController();
      socket.once("close", () => gone.abort());
      const signal = AbortSignal.any([gone.signal, stop]);
      const answer = await handler.answer(message, admitted, signal);
      return await writeAndClose(answer, { socket, head, clock });
    }
    await streams.upgrade({
      method: message.method ?? "",
      path,
      query: new URLSearchParams(query),
      user: user ?? anonymous,
      remoteAddress: remoteAddress(message),
      message,
      socket,
      head,
      signal: stop,
    });
  }

  /** An answer that cannot be given is the client's loss alone. */
  function owned(work: Promise<void>, connection: { destroy(): unknown }): Promise<void> {
    return work.catch((error: unknown) => {
      log.warn("Request to the kubelet API was cut off", { problem: messageOf(error) });
      connection.destroy();
    });
  }

  server.on("request", (message, to) => {
    const over = count(message);
    owned(request(message, to), to).finally(over);
  });
  server.on("upgrade", (message, socket, head) => {
    socket.on("error", () => socket.destroy());
    const over = count(message);
    owned(upgrade(message, socket, head), socket).finally(over);
  });
  server.on("clientError", refuseMalformed);
}
