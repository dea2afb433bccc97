/** /logs/ answers as Go's http.FileServer does. */
import assert from "node:assert/strict";
import { fakeLog } from "../../../tests/fakes/log.ts";
import { Forbidden } from "../../ports/errors.ts";
import type { SystemLog, SystemLogs } from "../../ports/system_logs.ts";
import { systemLog } from "./system_logs.ts";

const modified = Date.UTC(2026, 0, 2, 3, 4, 5, 678);

function file(content: string | Uint8Array): SystemLog {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  return {
    kind: "File",
    size: bytes.length,
    modified,
    async *read({ start, end }) {
      yield await Promise.resolve(bytes.subarray(start, end));
    },
  };
}

const entries = [
  { name: 'a<b>&"c"\'.log', isDirectory: false },
  { name: "pods", isDirectory: true },
  { name: "x:y?z#", isDirectory: false },
];
const tree: Readonly<Record<string, SystemLog>> = {
  "": { kind: "Directory", entries, modified },
  pods: { kind: "Directory", entries: [], modified },
  "a.log": file("0123456789"),
  "a.gz": file(Uint8Array.of(0x1f, 0x8b, 8, 0)),
  wtmp: file(Uint8Array.of(1, 0, 2)),
  empty: file(""),
};
const logs: SystemLogs = {
  at(path) {
    if (path === "locked") return Promise.reject(new Forbidden("no"));
    if (path === "broken") return Promise.reject(new Error("input/output error"));
    return Promise.resolve(tree[path] ?? null);
  },
};

function ask(
  path: string,
  headers: Readonly<Record<string, string>> = {},
  search = "",
): Promise<Response> {
  const { signal } = new AbortController();
  return systemLog({ path, search, headers: new Headers(headers), signal }, {
    logs,
    log: fakeLog(),
  });
}

Deno.test("a folder is a page of links", async () => {
  const answer = await ask("");
  assert.equal(answer.headers.get("content-type"), "text/html; charset=utf-8");
  assert.equal(answer.headers.get("last-modified"), "Fri, 02 Jan 2026 03:04:05 GMT");
  assert.equal(
    await answer.text(),
    '<!doctype html>\n<meta name="viewport" content="width=device-width">\n<pre>\n' +
      '<a href="a%3Cb%3E&%22c%22%27.log">a&lt;b&gt;&amp;&#34;c&#34;&#39;.log</a>\n' +
      '<a href="pods/">pods/</a>\n' +
      '<a href="./x:y%3Fz%23">x:y?z#</a>\n</pre>\n',
  );
});

const cases: Readonly<Record<string, readonly [status: number, body: string]>> = {
  "a.log": [200, "0123456789"],
  "empty": [200, ""],
  "none": [404, "404 page not found\n"],
  "locked": [403, "403 Forbidden\n"],
  "broken": [500, "500 Internal Server Error\n"],
};
for (const [path, [status, body]] of Object.entries(cases)) {
  Deno.test(`/logs/${path}`, async () => {
    const answer = await ask(path);
    assert.deepEqual([answer.status, await answer.text()], [status, body]);
  });
}

Deno.test("a path that is written otherwise leads to the right one", async () => {
  const places: Readonly<Record<string, string>> = {
    "pods": "pods/?q",
    "a.log/": "../a.log?q",
    "pods/index.html": "./?q",
  };
  for (const [path, place] of Object.entries(places)) {
    const answer = await ask(path, {}, "?q");
    assert.deepEqual([answer.status, answer.headers.get("location")], [301, place]);
  }
});

Deno.test("a file says what it is, how long, and from when", async () => {
  const types: Readonly<Record<string, string>> = {
    "a.log": "text/plain; charset=utf-8",
    "a.gz": "application/x-gzip",
    "wtmp": "application/octet-stream",
    "empty": "text/plain; charset=utf-8",
  };
  for (const [path, type] of Object.entries(types)) {
    const { headers, body } = await ask(path);
    assert.equal(headers.get("content-type"), type);
    assert.equal(headers.get("accept-ranges"), "bytes");
    assert.equal(headers.get("last-modified"), "Fri, 02 Jan 2026 03:04:05 GMT");
    await body?.cancel();
  }
  const { headers, body } = await ask("a.log");
  assert.equal(headers.get("content-length"), "10");
  await body?.cancel();
});

Deno.test("a piece of a file is sent where one is asked for", async () => {
  const piece = await ask("a.log", { range: "bytes=2-4" });
  assert.deepEqual([piece.status, await piece.text()], [206, "234"]);
  assert.equal(piece.headers.get("content-range"), "bytes 2-4/10");
  const beyond = await ask("a.log", { range: "bytes=20-" });
  assert.deepEqual([beyond.status, await beyond.text()], [
    416,
    "invalid range: failed to overlap\n",
  ]);
  assert.equal(beyond.headers.get("content-range"), "bytes */10");
});

Deno.test("what has not changed since is not sent again", async () => {
  const since = (text: string) => ask("a.log", { "if-modified-since": text });
  assert.equal((await since("Fri, 02 Jan 2026 03:04:05 GMT")).status, 304);
  const older = await since("Fri, 02 Jan 2026 03:04:04 GMT");
  assert.equal(older.status, 200);
  await older.body?.cancel();
});
