/** Ties the control API to a server of node:http: requests to the app, upgrades to the stream proxy. */
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { Hono } from "hono";
import { Invalid, messageOf, NotFound } from "../../ports/errors.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Log } from "../../ports/log.ts";
import { writeAndClose, writeResponse } from "../kubelet/write_response.ts";
import type { StreamProxy } from "../kubelet/stream_proxy.ts";
import { parseTarget } from "../kubelet/request_target.ts";
import { errorResponse } from "./control_errors.ts";

export interface ControlListenerDeps {
  readonly app: Hono;
  readonly streams: Pick<StreamProxy, "upgrade">;
  readonly clock: Clock;
  readonly log: Log;
  /** Ends the streams. */
  readonly signal: AbortSignal;
}

/** A server that does not listen yet. */
export function controlListener({ app, streams, clock, log, signal }: ControlListenerDeps): Server {
  const server = createServer();
  server.on("request", (message, to) => {
    const { method = "" } = message;
    const answering = answerTo(message, app)
      .then((answer) => writeResponse(answer, { to, method }));
    answering.catch((error: unknown) => {
      log.debug("An answer to the command line was cut off", { problem: messageOf(error) });
      to.destroy();
    });
  });
  server.on("upgrade", (message, socket, head) => {
    socket.on("error", () => socket.destroy());
    const parsed = parseTarget(message.url ?? "");
    if (parsed.kind !== "Target" || !parsed.target.path.startsWith(streamPrefix)) {
      const refusal = errorResponse(new NotFound(`there is no upgrade of ${message.url}`));
      void writeAndClose(refusal, { socket, head, clock }).catch(() => socket.destroy());
      return;
    }
    const path = parsed.target.path.slice(streamPrefix.length);
    const query = new URLSearchParams(parsed.target.query);
    void streams.upgrade({ path, query, message, socket, head, signal });
  });
  return server;
}

/** What follows it is a path of the kubelet's API. */
const streamPrefix = "/v1/streams";

/** What the API is asked fits on a page. */
const longestBodyBytes = 64 * 1024;

async function answerTo(message: IncomingMessage, app: Hono): Promise<Response> {
  const { method = "GET" } = message;
  try {
    const body = method === "GET" || method === "HEAD" ? null : await readBody(message);
    return await app.fetch(new Request(urlOf(message), { method, body }));
  } catch (error) {
    return errorResponse(error);
  }
}

function urlOf({ url = "/" }: IncomingMessage): URL {
  return new URL(url, "http://127.0.0.1");
}

async function readBody(message: IncomingMessage): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const piece of message) {
    text += decoder.decode(piece, { stream: true });
    if (text.length > longestBodyBytes) throw new Invalid("the request is too long");
  }
  return text;
}
