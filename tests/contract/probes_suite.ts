/** What every network must do for probes and hooks. */
import assert from "node:assert/strict";
import type { HealthAnswer, HttpAnswer } from "../../src/core/probe/answer.ts";
import type { HttpRequest } from "../../src/core/probe/http_request.ts";
import { joinHostPort, type Target } from "../../src/core/probe/target.ts";
import type { Probes } from "../../src/ports/probes.ts";
import type { HealthScript, HttpScript, SeenRequest } from "../fakes/probes.ts";

/** The network under test, and the servers that a test puts into it. */
export interface ProbesSubject extends AsyncDisposable {
  readonly probes: Probes;
  http(
    answer: (request: SeenRequest) => HttpScript,
    options?: { readonly tls?: boolean },
  ): Promise<Target>;
  health(answer: (service: string) => HealthScript): Promise<Target>;
  /** Speaks gRPC and knows nothing of health. */
  healthless(): Promise<Target>;
  /** Takes connections and says nothing. */
  silence(): Promise<Target>;
  /** Takes no connections. */
  nobody(): Promise<Target>;
  /** Lets time pass until the work is done. */
  during<T>(work: Promise<T>): Promise<T>;
}

/** For those who do not answer in time. */
const timeoutMs = 1_000;
/** For those who answer, on a loaded machine as well. */
const answerMs = 30_000;
const headers = [{ name: "User-Agent", value: "kube-probe/0" }, { name: "Accept", value: "*/*" }];

function requestOf(target: Target, more: Partial<HttpRequest> = {}): HttpRequest {
  return { scheme: "http", path: "/", headers, ...target, ...more };
}

export function probesSuite(name: string, open: () => Promise<ProbesSubject>): void {
  const test = (what: string, body: (subject: ProbesSubject) => Promise<void>): void =>
    Deno.test(`${name}: ${what}`, async () => {
      await using subject = await open();
      await body(subject);
    });
  httpCases(test);
  redirectCases(test);
  connectCases(test);
  healthCases(test);
}

type Test = (what: string, body: (subject: ProbesSubject) => Promise<void>) => void;

function httpCases(test: Test): void {
  const get = (
    { probes, during }: ProbesSubject,
    request: HttpRequest,
    limitMs = answerMs,
  ): Promise<HttpAnswer> => during(probes.httpGet(request, { timeoutMs: limitMs }));

  test("a request arrives as it was made", async (subject) => {
    let seen: SeenRequest | undefined;
    const target = await subject.http((request) => {
      seen = request;
      return { body: "fine" };
    });
    const more = [...headers, { name: "X-One", value: "1" }, { name: "x-one", value: "2" }];
    const request = requestOf(target, { path: "/a/../b?c=d%20e", headers: more });
    assert.deepEqual(await get(subject, request), {
      kind: "Answered",
      status: 200,
      body: "fine",
    });
    assert.deepEqual(seen, {
      path: "/a/../b?c=d%20e",
      headers: {
        host: joinHostPort(target),
        "user-agent": "kube-probe/0",
        accept: "*/*",
        "x-one": "1, 2",
        connection: "close",
      },
    });
  });

  test("a Host header names another server at the same address", async (subject) => {
    const hosts: (string | undefined)[] = [];
    const answer = ({ headers: { host } }: SeenRequest): HttpScript => {
      hosts.push(host);
      return {};
    };
    const more = [{ name: "Host", value: "example.org" }];
    await get(subject, requestOf(await subject.http(answer), { headers: more }));
    const secure = await subject.http(answer, { tls: true });
    await get(subject, requestOf(secure, { scheme: "https", headers: more }));
    assert.deepEqual(hosts, ["example.org", "example.org"]);
  });

  test("any status is an answer", async (subject) => {
    for (const status of [204, 304, 404, 500]) {
      const target = await subject.http(() => ({ status }));
      assert.deepEqual(await get(subject, requestOf(target)), {
        kind: "Answered",
        status,
        body: "",
      });
    }
  });

  test("no more than 10 KiB of a body are kept", async (subject) => {
    const target = await subject.http(() => ({ body: "x".repeat(100_000) }));
    const answer = await get(subject, requestOf(target));
    assert.deepEqual(answer, { kind: "Answered", status: 200, body: "x".repeat(10 * 1024) });
  });

  test("a certificate is not verified", async (subject) => {
    const target = await subject.http(() => ({ body: "secure" }), { tls: true });
    const answer = await get(subject, requestOf(target, { scheme: "https" }));
    assert.deepEqual(answer, { kind: "Answered", status: 200, body: "secure" });
  });

  test("who speaks no TLS is told from who does not answer", async (subject) => {
    const target = await subject.http(() => ({}));
    assert.deepEqual(await get(subject, requestOf(target, { scheme: "https" })), {
      kind: "PlainHttp",
      message: `Get "https://${joinHostPort(target)}/": ` +
        "http: server gave HTTP response to HTTPS client",
    });
  });

  test("nobody there is a failure that says so", async (subject) => {
    const target = await subject.nobody();
    for (const scheme of ["http", "https"] as const) {
      assert.deepEqual(await get(subject, requestOf(target, { scheme, path: "/x?y" })), {
        kind: "Failed",
        message: `Get "${scheme}://${joinHostPort(target)}/x?y": ` +
          `dial tcp ${joinHostPort(target)}: connect: connection refused`,
      });
    }
  });

  test("no answer in time is a failure that says so", async (subject) => {
    const late = await subject.http(() => ({ afterMs: 2_000 }));
    const silent = await subject.silence();
    for (const target of [late, silent]) {
      assert.deepEqual(await get(subject, requestOf(target), timeoutMs), {
        kind: "Failed",
        message: `Get "http://${joinHostPort(target)}/": ` +
          "context deadline exceeded (Client.Timeout exceeded while awaiting headers)",
      });
    }
  });

  test("an answer that breaks off is told from one that never came", async (subject) => {
    const target = await subject.http(() => ({ body: "much more", cutOff: true }));
    assert.deepEqual(await get(subject, requestOf(target)), {
      kind: "CutOff",
      message: "unexpected EOF",
    });
  });

  test("without a limit an answer is waited for until the caller gives up", async (subject) => {
    const { probes, during } = subject;
    const late = await subject.http(() => ({ afterMs: 300, body: "late" }));
    const answer = await during(probes.httpGet(requestOf(late), {}));
    assert.deepEqual(answer, { kind: "Answered", status: 200, body: "late" });
    const stop = new AbortController();
    const silent = requestOf(await subject.silence());
    const call = probes.httpGet(silent, { signal: stop.signal });
    const given = assert.rejects(call, /enough of it/);
    stop.abort(new Error("enough of it"));
    await during(given);
    await assert.rejects(probes.httpGet(silent, { signal: stop.signal }), /enough of it/);
  });
}

function redirectCases(test: Test): void {
  test("a redirect on the same host is followed, with the same headers", async (subject) => {
    const seen: SeenRequest[] = [];
    const target = await subject.http((request) => {
      seen.push(request);
      return request.path === "/" ? { status: 302, location: "/there" } : { body: "there" };
    });
    const { probes, during } = subject;
    const answer = await during(probes.httpGet(requestOf(target), { timeoutMs: answerMs }));
    assert.deepEqual(answer, { kind: "Answered", status: 200, body: "there" });
    const [, second] = seen;
    assert.equal(second?.path, "/there");
    assert.equal(second?.headers["user-agent"], "kube-probe/0");
    assert.equal(second?.headers["referer"], `http://${joinHostPort(target)}/`);
  });

  test("a redirect to another host is the answer", async (subject) => {
    const location = "http://elsewhere.test/";
    const target = await subject.http(() => ({ status: 301, location, body: "go away" }));
    const { probes, during } = subject;
    const answer = await during(probes.httpGet(requestOf(target), { timeoutMs: answerMs }));
    assert.deepEqual(answer, { kind: "Answered", status: 301, body: "go away" });
  });

  test("redirects without an end have one", async (subject) => {
    let requests = 0;
    const target = await subject.http(() => {
      requests++;
      return { status: 307, location: "/again" };
    });
    const { probes, during } = subject;
    const answer = await during(probes.httpGet(requestOf(target), { timeoutMs: answerMs }));
    assert.deepEqual(answer, {
      kind: "Failed",
      message: 'Get "/again": stopped after 10 redirects',
    });
    assert.equal(requests, 10);
  });
}

function connectCases(test: Test): void {
  test("a port that takes connections is told from one that does not", async (subject) => {
    const { probes, during } = subject;
    const silent = await subject.silence();
    assert.deepEqual(await during(probes.connect(silent, { timeoutMs: answerMs })), {
      kind: "Connected",
    });
    const nobody = await subject.nobody();
    assert.deepEqual(await during(probes.connect(nobody, { timeoutMs: answerMs })), {
      kind: "Failed",
      message: `dial tcp ${joinHostPort(nobody)}: connect: connection refused`,
    });
    const stopped = AbortSignal.abort(new Error("enough of it"));
    await assert.rejects(probes.connect(silent, { signal: stopped }), /enough of it/);
  });
}

function healthCases(test: Test): void {
  const ask = (
    { probes, during }: ProbesSubject,
    target: Target,
    service: string,
    limitMs = answerMs,
  ): Promise<HealthAnswer> => during(probes.health({ ...target, service }, { timeoutMs: limitMs }));
  const answers: Readonly<Record<string, HealthAnswer>> = {
    "": { kind: "Answered", status: "SERVING" },
    tired: { kind: "Answered", status: "NOT_SERVING" },
    unsure: { kind: "Answered", status: "UNKNOWN" },
    odd: { kind: "Answered", status: "7" },
    missing: { kind: "Failed", message: "rpc error: code = NotFound desc = unknown service" },
  };

  test("a health service answers for each of its services", async (subject) => {
    const target = await subject.health((service) => ({
      answer: answers[service] ?? { kind: "Answered", status: "SERVICE_UNKNOWN" },
    }));
    for (const [service, answer] of Object.entries(answers)) {
      assert.deepEqual(await ask(subject, target, service), answer, service);
    }
    const unknown = { kind: "Answered", status: "SERVICE_UNKNOWN" };
    assert.deepEqual(await ask(subject, target, "unheard of"), unknown);
  });

  test("a server without a health service says so", async (subject) => {
    const answer = await ask(subject, await subject.healthless(), "");
    assert.equal(answer.kind, "Unimplemented");
  });

  test("who does not speak gRPC is not connected when the time is over", async (subject) => {
    for (const target of [await subject.nobody(), await subject.silence()]) {
      assert.deepEqual(await ask(subject, target, "", timeoutMs), { kind: "NotConnected" });
    }
  });

  test("a health service that takes too long has timed out", async (subject) => {
    const answer = { kind: "Answered", status: "SERVING" } as const;
    const target = await subject.health(() => ({ answer, afterMs: 3_000 }));
    assert.deepEqual(await ask(subject, target, "", timeoutMs), { kind: "TimedOut" });
  });

  test("a health service is waited for until the caller gives up", async (subject) => {
    const stop = new AbortController();
    const silent = { ...await subject.silence(), service: "" };
    const call = subject.probes.health(silent, { timeoutMs: 10_000, signal: stop.signal });
    const given = assert.rejects(call, /enough of it/);
    stop.abort(new Error("enough of it"));
    await subject.during(given);
  });
}
