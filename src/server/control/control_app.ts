/** The control API as a Hono app: it only translates between HTTP and the functions it is given. */
import { type Context, Hono } from "hono";
import { Invalid, NotFound } from "../../ports/errors.ts";
import type { Log } from "../../ports/log.ts";
import { bodyStream } from "../body_stream.ts";
import type { ControlFunctions } from "./control_api.ts";
import { errorResponse } from "./control_errors.ts";
import { eventLines } from "./event_lines.ts";
import { parseLogQuery } from "./log_query.ts";
import { relayLines } from "./relay_lines.ts";

export interface ControlAppDeps {
  readonly functions: ControlFunctions;
  readonly log: Log;
  /** Ends the answers that go on and on. */
  readonly signal: AbortSignal;
}

/**
 * | request | answer |
 * |---|---|
 * | GET /v1/pods | a v1 PodList |
 * | GET /v1/events?after=N | the events after N; with `&follow=true` one JSON object a line, without end |
 * | GET /v1/status | {@linkcode StatusView} |
 * | GET /v1/relay | `{ "relay": {@linkcode RelayState} }`, or null in it |
 * | GET /v1/relay/messages | each {@linkcode TappedMessage} from now on, one JSON object a line, without end |
 * | GET /v1/top | {@linkcode TopView} |
 * | GET /v1/reboot | `{ "pods": [{@linkcode PodReadiness}] }` |
 * | GET /v1/logs?namespace=&name=&… | the bytes of the log |
 * | POST /v1/images/import `{ "path": "/…" }` | `{ "images": [names] }` |
 * | POST /v1/confirm-deletions | `{ "pods": [names] }`, those that end |
 * | POST /v1/rotate-key | {@linkcode KeyRotation} |
 * | an upgrade of /v1/streams/… | as the kubelet's /exec/…, /attach/… and /portForward/…; past this app |
 *
 * Failures are {@linkcode ErrorBody}.
 */
export function controlApp({ functions, log, signal: stop }: ControlAppDeps): Hono {
  const app = new Hono();

  app.get("/v1/pods", (c) => {
    return c.json({ kind: "PodList", apiVersion: "v1", metadata: {}, items: functions.pods() });
  });

  app.get("/v1/events", async (c) => {
    const after = parseAfter(c.req.query("after"));
    if (c.req.query("follow") !== "true") return c.json(functions.events(after));
    const open = (gone: AbortSignal) => eventLines({ functions, after, signal: gone });
    return streamed(await bodyStream({ open, stop, log }), "application/x-ndjson");
  });

  app.get("/v1/status", async (c) => c.json(await functions.status()));

  app.get("/v1/relay", (c) => c.json({ relay: functions.relay() }));

  app.get("/v1/relay/messages", async () => {
    const open = (gone: AbortSignal) => relayLines(functions.relayMessages(gone));
    return streamed(await bodyStream({ open, stop, log }), "application/x-ndjson");
  });

  app.get("/v1/reboot", async (c) => c.json({ pods: await functions.rebootReadiness() }));

  app.get("/v1/top", async (c) => c.json(await functions.top()));

  app.get("/v1/logs", async (c) => {
    const request = parseLogQuery(new URL(c.req.url).searchParams);
    const open = (gone: AbortSignal) => functions.logs(request, gone);
    return streamed(await bodyStream({ open, stop, log }), "text/plain; charset=utf-8");
  });

  app.post("/v1/images/import", async (c) => {
    return c.json({ images: await functions.importImage(await importPath(c)) });
  });

  app.post("/v1/confirm-deletions", async (c) => {
    return c.json({ pods: await functions.confirmDeletions() });
  });

  app.post("/v1/rotate-key", async (c) => c.json(await functions.rotateKey()));

  app.notFound((c) => errorResponse(new NotFound(`there is no ${c.req.method} ${c.req.path}`)));
  app.onError((error, c) => {
    log.debug("Control request failed", { request: `${c.req.method} ${c.req.path}`, err: error });
    return errorResponse(error);
  });
  return app;
}

function streamed(body: ReadableStream<Uint8Array>, type: string): Response {
  const headers = { "content-type": type, "transfer-encoding": "chunked" };
  return new Response(body, { headers });
}

function parseAfter(text: string | undefined): number {
  if (text === undefined) return 0;
  if (!/^\d{1,15}$/.test(text)) throw new Invalid(`after is a whole number, not "${text}"`);
  return Number(text);
}

async function importPath(c: Context): Promise<string> {
  const body: unknown = await c.req.json().catch(() => null);
  const path = typeof body === "object" && body !== null && "path" in body ? body.path : undefined;
  if (typeof path !== "string" || !path.startsWith("/")) {
    throw new Invalid("the path of the archive is missing, or does not begin with a slash");
  }
  return path;
}
