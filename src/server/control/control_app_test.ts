/** The control API's requests and answers, without a socket. */
import { deepEqual, equal, fail, rejects } from "node:assert/strict";
import type { Hono } from "hono";
import { fakeControl, fakeEvents, idleStatus } from "../../../tests/fakes/control.ts";
import { fakeLog } from "../../../tests/fakes/log.ts";
import { pod } from "../../../tests/fakes/pods.ts";
import type { PodEvent } from "../../core/event.ts";
import type { TappedMessage } from "../../core/relay/tapped_message.ts";
import { aborted } from "../../ports/aborted.ts";
import {
  Conflict,
  Failed,
  Forbidden,
  Invalid,
  NotFound,
  type PortError,
  Unavailable,
} from "../../ports/errors.ts";
import { controlApp } from "./control_app.ts";
import type { ControlFunctions } from "./control_api.ts";
import type { PodLogRequest } from "../../core/log/pod_log_request.ts";

function appOf(own: Partial<ControlFunctions>, signal = new AbortController().signal): Hono {
  return controlApp({ functions: fakeControl(own), log: fakeLog(), signal });
}

function bodyOf({ body }: Response): ReadableStream<Uint8Array<ArrayBuffer>> {
  return body ?? fail("the answer has no body");
}

const started: PodEvent = {
  type: "Normal",
  reason: "Started",
  message: "Container started",
  namespace: "default",
  name: "web",
  uid: "web-uid",
  fieldPath: "spec.containers{web}",
};

const presence: TappedMessage = {
  at: Date.UTC(2026, 0, 1),
  direction: "up",
  topic: "skerry/v1/north/system:node:pi-1/presence",
  kind: "presence",
  session: 300,
  counter: 1,
  bytes: 900,
  verdict: "sent",
  problem: "",
  missed: 0,
  body: { state: "Relaying" },
};

Deno.test("pods are a v1 PodList", async () => {
  const web = pod("web").build();
  const response = await appOf({ pods: () => [web] }).request("/v1/pods");
  const items = [JSON.parse(JSON.stringify(web))];
  deepEqual(await response.json(), { kind: "PodList", apiVersion: "v1", metadata: {}, items });
});

Deno.test("the status is given as it is", async () => {
  const response = await appOf({}).request("/v1/status");
  deepEqual(await response.json(), idleStatus);
});

Deno.test("events begin after the sequence that was named", async () => {
  const events = fakeEvents();
  events.record(started);
  events.record({ ...started, reason: "Killing" });
  const app = appOf(events);
  const reasons = async (path: string) => {
    const list: { reason: string }[] = await (await app.request(path)).json();
    return list.map(({ reason }) => reason);
  };
  deepEqual(await reasons("/v1/events"), ["Started", "Killing"]);
  deepEqual(await reasons("/v1/events?after=1"), ["Killing"]);
});

Deno.test("events that are followed come when they happen, until the reader goes", async () => {
  const events = fakeEvents();
  events.record(started);
  let gone: AbortSignal | undefined;
  const nextEvent = (after: number, signal: AbortSignal) => {
    gone = signal;
    return events.next(after, signal);
  };
  const response = await appOf({ ...events, nextEvent }).request("/v1/events?follow=true");
  const reader = bodyOf(response).pipeThrough(new TextDecoderStream()).getReader();
  equal(JSON.parse((await reader.read()).value ?? "").reason, "Started");
  const next = reader.read();
  events.record({ ...started, reason: "Killing" });
  equal(JSON.parse((await next).value ?? "").reason, "Killing");
  const waiting = reader.read();
  await reader.cancel();
  equal((await waiting).done, true);
  equal(gone?.aborted, true);
});

Deno.test("the end of the server ends what feeds a follower, and cuts the answer off", async () => {
  const stop = new AbortController();
  let ended = false;
  const nextEvent = async (_after: number, signal: AbortSignal) => {
    await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
    ended = true;
    signal.throwIfAborted();
  };
  const app = appOf({ nextEvent }, stop.signal);
  const reader = bodyOf(await app.request("/v1/events?follow=true")).getReader();
  const reading = reader.read();
  stop.abort();
  await rejects(reading, /the answer was cut off/);
  equal(ended, true);
});

Deno.test("messages of the relay come one a line as they pass, until the reader goes", async () => {
  let gone: AbortSignal | undefined;
  let closed = false;
  async function* relayMessages(signal: AbortSignal) {
    gone = signal;
    try {
      yield presence;
      yield { ...presence, body: "a\nb" };
      await aborted(signal);
    } finally {
      closed = true;
    }
  }
  const response = await appOf({ relayMessages }).request("/v1/relay/messages");
  equal(response.headers.get("content-type"), "application/x-ndjson");
  const reader = bodyOf(response).pipeThrough(new TextDecoderStream()).getReader();
  equal((await reader.read()).value, `${JSON.stringify(presence)}\n`);
  equal((await reader.read()).value, `${JSON.stringify({ ...presence, body: "a\nb" })}\n`);
  const waiting = reader.read();
  await reader.cancel();
  equal((await waiting).done, true);
  deepEqual([gone?.aborted, closed], [true, true]);
});

Deno.test("a node without a relay says so, and gives no messages", async () => {
  const relayMessages = () => {
    throw new NotFound("this node has no relay");
  };
  const app = appOf({ relayMessages });
  deepEqual(await (await app.request("/v1/relay")).json(), { relay: null });
  equal((await app.request("/v1/relay/messages")).status, 404);
});

Deno.test("a log that breaks off in the middle breaks the answer off, and is logged", async () => {
  const log = fakeLog();
  const logs = () => Promise.resolve(breaking());
  const { signal } = new AbortController();
  const app = controlApp({ functions: fakeControl({ logs }), log, signal });
  const response = await app.request("/v1/logs?namespace=default&name=web");
  await response.text().then(() => fail("it must not look whole"), () => {/* as it should */});
  deepEqual(log.messages("warn"), ["An answer was cut off"]);
});

Deno.test("a log request arrives whole", async () => {
  const asked: PodLogRequest[] = [];
  const logs = (request: PodLogRequest) => {
    asked.push(request);
    return Promise.resolve(pieces("one\n", "two\n"));
  };
  const path = "/v1/logs?namespace=default&name=web&container=main&follow=true&previous=false" +
    "&timestamps=true&tailLines=5&limitBytes=100&sinceTime=2026-01-01T00:00:00Z";
  const response = await appOf({ logs }).request(path);
  equal(await response.text(), "one\ntwo\n");
  equal(response.headers.get("content-type"), "text/plain; charset=utf-8");
  deepEqual(asked, [{
    namespace: "default",
    name: "web",
    container: "main",
    follow: true,
    previous: false,
    timestamps: true,
    tailLines: 5,
    limitBytes: 100,
    since: Date.UTC(2026, 0, 1),
  }]);
});

Deno.test("a log is read only as fast as it is taken, and no further when the reader goes", async () => {
  let made = 0;
  let closed = false;
  async function* endless(): AsyncGenerator<Uint8Array> {
    try {
      for (;;) {
        made += 1;
        yield await Promise.resolve(new Uint8Array(10));
      }
    } finally {
      closed = true;
    }
  }
  const logs = () => Promise.resolve(endless());
  const response = await appOf({ logs }).request("/v1/logs?namespace=default&name=web");
  const reader = bodyOf(response).getReader();
  await reader.read();
  await reader.read();
  equal(made, 2);
  await reader.cancel();
  equal(closed, true);
});

Deno.test("a failure before the first byte is told by status and code", async (t) => {
  const cases: readonly (readonly [error: Error, status: number, code: string])[] = [
    [new NotFound("no such pod"), 404, "NotFound"],
    [new Conflict("changed"), 409, "Conflict"],
    [new Invalid("no such container"), 400, "Invalid"],
    [new Forbidden("not you"), 403, "Forbidden"],
    [new Unavailable("no runtime"), 503, "Unavailable"],
    [new Failed("broken") satisfies PortError, 500, "Failed"],
    [new TypeError("a defect"), 500, "Failed"],
  ];
  for (const [error, status, code] of cases) {
    await t.step(error.name, async () => {
      const logs = () => Promise.reject(error);
      const response = await appOf({ logs }).request("/v1/logs?namespace=default&name=web");
      equal(response.status, status);
      deepEqual(await response.json(), { error: { code, message: error.message } });
    });
  }
});

Deno.test("what is asked wrongly is refused with the reason", async (t) => {
  const cases: readonly (readonly [path: string, message: string])[] = [
    ["/v1/events?after=-1", 'after is a whole number, not "-1"'],
    ["/v1/logs?name=web", "namespace is missing"],
    ["/v1/logs?namespace=a&name=b&tailLines=x", 'tailLines is a whole number, not "x"'],
    ["/v1/logs?namespace=a&name=b&follow=1", "follow is true or false"],
    ["/v1/logs?namespace=a&name=b&sinceTime=x", 'sinceTime is a time in RFC 3339, not "x"'],
  ];
  for (const [path, message] of cases) {
    await t.step(path, async () => {
      const response = await appOf({}).request(path);
      equal(response.status, 400);
      deepEqual(await response.json(), { error: { code: "Invalid", message } });
    });
  }
});

Deno.test("an import names an absolute path and gives the images", async () => {
  const asked: string[] = [];
  const importImage = (path: string) => {
    asked.push(path);
    return Promise.resolve(["docker.io/library/busybox:1"]);
  };
  const app = appOf({ importImage });
  const post = (body: string) => app.request("/v1/images/import", { method: "POST", body });
  const good = await post('{"path":"/tmp/busybox.tar"}');
  deepEqual(await good.json(), { images: ["docker.io/library/busybox:1"] });
  for (const bad of ["", "[]", '{"path":1}', '{"path":"busybox.tar"}']) {
    equal((await post(bad)).status, 400, bad);
  }
  deepEqual(asked, ["/tmp/busybox.tar"]);
});

Deno.test("what does not exist is not found", async () => {
  const response = await appOf({}).request("/v1/nothing");
  equal(response.status, 404);
  const message = "there is no GET /v1/nothing";
  deepEqual(await response.json(), { error: { code: "NotFound", message } });
});

async function* pieces(...texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield await Promise.resolve(new TextEncoder().encode(text));
}

async function* breaking(): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(new Uint8Array(1));
  throw new Failed("the disk is gone");
}
