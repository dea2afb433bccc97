/** Where redirects lead. */
import assert from "node:assert/strict";
import type { HttpRequest } from "./http_request.ts";
import { redirectOf } from "./redirect.ts";

const request: HttpRequest = {
  scheme: "http",
  host: "10.0.0.1",
  port: 8080,
  path: "/a/b?c",
  headers: [{ name: "Host", value: "example.org" }, { name: "Accept", value: "*/*" }],
};

function follow(location: string | undefined, { status = 302, requests = 1 } = {}) {
  return redirectOf({ status, location }, { request, requests });
}

for (const status of [200, 300, 304, 404]) {
  Deno.test(`${status} is no redirect`, () => {
    assert.deepEqual(follow("/x", { status }), { kind: "None" });
  });
}

for (
  const location of [undefined, "", "http://elsewhere/", "//elsewhere/x", "https://10.0.0.2:8080/"]
) {
  Deno.test(`"${location}" is not followed`, () => {
    assert.deepEqual(follow(location), { kind: "None" });
  });
}

for (const status of [301, 302, 303, 307, 308]) {
  Deno.test(`${status} is followed on the same host, the Host header goes along`, () => {
    assert.deepEqual(follow("/x?y", { status }), {
      kind: "Follow",
      request: {
        ...request,
        path: "/x?y",
        headers: [...request.headers, { name: "Referer", value: "http://10.0.0.1:8080/a/b?c" }],
      },
    });
  });
}

for (
  const [location, where] of [
    ["x", ["http", 8080, "/a/x"]],
    ["http://10.0.0.1/x", ["http", 80, "/x"]],
    ["https://10.0.0.1/x", ["https", 443, "/x"]],
    ["//10.0.0.1:1/x", ["http", 1, "/x"]],
  ] as const
) {
  Deno.test(`"${location}" leads to ${where.join(" ")}`, () => {
    const redirect = follow(location);
    assert.ok(redirect.kind === "Follow");
    const { scheme, port, path } = redirect.request;
    assert.deepEqual([scheme, port, path], where);
  });
}

Deno.test("a server that names itself anew is asked by that name", () => {
  const redirect = follow("http://10.0.0.1:8080/x");
  assert.ok(redirect.kind === "Follow");
  assert.deepEqual(redirect.request.headers.map(({ name }) => name), ["Accept", "Referer"]);
});

Deno.test("what was asked over TLS is not told without it", () => {
  const secure = { ...request, scheme: "https" } as const;
  const answer = { status: 302, location: "http://10.0.0.1:8080/x" };
  const redirect = redirectOf(answer, { request: secure, requests: 1 });
  assert.ok(redirect.kind === "Follow");
  assert.deepEqual(redirect.request.headers.map(({ name }) => name), ["Accept"]);
});

Deno.test("the tenth redirect is too many, and a bad one is told of", () => {
  assert.deepEqual(follow("/x", { requests: 10 }), {
    kind: "Refused",
    message: 'Get "/x": stopped after 10 redirects',
  });
  assert.deepEqual(follow("http://%zz"), {
    kind: "Refused",
    message: 'Get "http://10.0.0.1:8080/a/b?c": failed to parse Location header "http://%zz"',
  });
  assert.deepEqual(follow("ftp://10.0.0.1/x"), {
    kind: "Refused",
    message: 'Get "ftp://10.0.0.1/x": unsupported protocol scheme "ftp"',
  });
});
