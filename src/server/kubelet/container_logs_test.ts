/** Whose log is asked for and how much of it, in the kubelet's words, and what becomes of a log when its reader goes. */
import assert from "node:assert/strict";
import { startTestServer } from "../../../tests/fakes/kubelet_server.ts";
import { pod } from "../../../tests/fakes/pods.ts";
import { Invalid } from "../../ports/errors.ts";
import type { PodLogRequest } from "../../core/log/pod_log_request.ts";
import { parseContainerLogQuery, type ParsedLogQuery } from "./container_log_query.ts";

const none = { follow: false, previous: false, timestamps: false };
const now = Date.UTC(2026, 0, 1);

const queries: Readonly<Record<string, ParsedLogQuery | Partial<PodLogRequest>>> = {
  "": {},
  "follow=true&previous=True&timestamps=1": { follow: true, previous: true, timestamps: true },
  "follow=false&previous=0&timestamps=FALSE": {},
  "follow": { follow: true },
  "tailLines=0": { tailLines: 0 },
  "tailLines=7&limitBytes=1": { tailLines: 7, limitBytes: 1 },
  "tail=5&tailLines=7": { tailLines: 5 },
  "tail=all&tailLines=7": {},
  "sinceSeconds=10": { since: now - 10_000 },
  "sinceTime=2025-12-31T23:00:00.5Z": { since: now - 3_599_500 },
  "sinceTime=2026-01-01T01:00:00%2B01:00": { since: now },
  "sinceTime=null": {},
  "stream=All": {},
  "stream=Stdout": { stream: "stdout" },
  "stream=Stderr": { stream: "stderr" },
  "tailLines=a": { kind: "Undecodable" },
  "tailLines=": { kind: "Undecodable" },
  "limitBytes=1.5": { kind: "Undecodable" },
  "sinceSeconds=1e3": { kind: "Undecodable" },
  "sinceTime=yesterday": { kind: "Undecodable" },
  "sinceTime=2026-01-01": { kind: "Undecodable" },
  "tailLines=-1": { kind: "Invalid" },
  "limitBytes=0": { kind: "Invalid" },
  "sinceSeconds=0": { kind: "Invalid" },
  "sinceSeconds=1&sinceTime=2026-01-01T00:00:00Z": { kind: "Invalid" },
  "stream=stdout": { kind: "Invalid" },
  "stream=Stdout&tailLines=1": { kind: "Invalid" },
};
for (const [query, expected] of Object.entries(queries)) {
  Deno.test(`the query "${query}"`, () => {
    const parsed = parseContainerLogQuery(new URLSearchParams(query), now);
    const options = { kind: "Options", options: { ...none, ...expected } };
    assert.deepEqual(parsed, "kind" in expected ? expected : options);
  });
}

async function* lines(...texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const each of texts) yield await Promise.resolve(new TextEncoder().encode(each));
}

Deno.test("what is wrong with a request for a log is said as the kubelet says it", async () => {
  await using server = await startTestServer({
    functions: {
      pods: () => [pod("web").spec({ ephemeralContainers: [{ name: "debug" }] }).build()],
      logs: ({ previous }) => {
        const text = 'previous terminated container "main" in pod "web" not found';
        return previous ? Promise.reject(new Invalid(text)) : Promise.resolve(lines("a\n", "b\n"));
      },
    },
  });
  const root = "/containerLogs/default";
  const cases: readonly (readonly [string, number, string])[] = [
    [`${root}/web/main`, 200, "a\nb\n"],
    [`${root}/web/debug`, 200, "a\nb\n"],
    [`${root}/other/main`, 404, 'pod "other" does not exist'],
    ["/containerLogs/kube-system/web/main", 404, 'pod "web" does not exist'],
    [`${root}/web/other`, 404, 'container "other" not found in pod "web"'],
    [
      `${root}/web/main?previous=true`,
      400,
      'previous terminated container "main" in pod "web" not found',
    ],
    [`${root}/web/main?tailLines=x`, 400, '{"message": "Unable to decode query."}'],
    [`${root}/web/main?limitBytes=-1`, 422, '{"message": "Invalid request."}'],
    [`${root}/web`, 404, "404 page not found\n"],
    [`${root}/web/main/more`, 404, "404 page not found\n"],
    [`${root}/web/..%2f..%2fmain`, 404, "404 page not found\n"],
    [`${root}/web/..%5cmain`, 404, 'container "..\\\\main" not found in pod "web"'],
  ];
  for (const [path, status, body] of cases) {
    const answer = await server.ask(path);
    assert.deepEqual([answer.status, answer.body], [status, body], path);
  }
});

Deno.test("who follows a log gets its headers at once, and the reading ends when they go away", async () => {
  const stopped = Promise.withResolvers<void>();
  await using server = await startTestServer({
    functions: {
      pods: () => [pod("web").build()],
      // deno-lint-ignore require-await -- as the agent's own
      async logs(_, signal) {
        signal.addEventListener("abort", () => stopped.resolve());
        return forever(signal);
      },
    },
  });
  const client = await server.connect();
  await client.send("GET /containerLogs/default/web/main?follow=true HTTP/1.1\r\nHost: n\r\n\r\n");
  assert.match(await client.read(), /^HTTP\/1\.1 200 OK\r\n/);
  client.close();
  await stopped.promise;
});

// deno-lint-ignore require-yield -- a log that says nothing
async function* forever(signal: AbortSignal): AsyncGenerator<Uint8Array> {
  await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
}
