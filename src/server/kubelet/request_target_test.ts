/** A request's first line leads to one path, or to the client's being told the right one. */
import assert from "node:assert/strict";
import { encodedPath, parseTarget } from "./request_target.ts";

const targets: Readonly<Record<string, readonly [path: string, query: string]>> = {
  "/": ["/", ""],
  "/pods": ["/pods", ""],
  "/logs/": ["/logs/", ""],
  "/logs/a%20b?x=1?y": ["/logs/a b", "x=1?y"],
  "/a%2fb": ["/a/b", ""],
  "/%C3%A9": ["/é", ""],
  "/a%3Fb": ["/a?b", ""],
  "https://other:1/pods?x": ["/pods", "x"],
  "http://other": ["/", ""],
  "/logs/a:b": ["/logs/a:b", ""],
};
for (const [text, [path, query]] of Object.entries(targets)) {
  Deno.test(`the target ${text}`, () => {
    const target = { path, query, isNowhere: false };
    assert.deepEqual(parseTarget(text), { kind: "Target", target });
    const { pathname } = new URL(`https://node${encodedPath(path)}`);
    assert.equal(decodeURIComponent(pathname), path, "no reader of URLs changes it");
  });
}

const elsewhere: Readonly<Record<string, string>> = {
  "//pods": "/pods",
  "/logs/../pods?x=1": "/pods?x=1",
  "/../..": "/",
  "/./pods/.": "/pods",
  "/pods/./": "/pods/",
  "/a/b/../%20?q": "/a/%20?q",
  "/\\other/./pods?a\\b": "/%5Cother/pods?a\\b",
};
for (const [text, location] of Object.entries(elsewhere)) {
  Deno.test(`${text} is ${location}`, () => {
    assert.deepEqual(parseTarget(text), { kind: "Elsewhere", location });
  });
}

Deno.test("what is hidden in escapes leads nowhere", () => {
  for (
    const text of ["/logs/%2e%2e/pods", "/logs%2f..%2fpods", "/logs/%2E%2E%2fpods", "/%2fpods"]
  ) {
    const parsed = parseTarget(text);
    assert.ok(parsed.kind === "Target" && parsed.target.isNowhere, text);
    assert.equal(parsed.target.path, "/pods");
  }
});

for (const text of ["", "*", "pods", "other:443", "/a%", "/a%zz", "/%ff", "ftp://a/b"]) {
  Deno.test(`"${text}" is no target`, () => {
    assert.deepEqual(parseTarget(text), { kind: "Malformed" });
  });
}
