/** Requests as the kubelet would make them; the paths were compared with what its prober sends. */
import assert from "node:assert/strict";
import type { Container, HttpGetAction } from "../k8s.ts";
import { type HttpRequest, httpRequest, probeUserAgent, urlOf } from "./http_request.ts";

const container: Container = { name: "web", ports: [{ name: "http", containerPort: 8080 }] };
const about = { container, podIp: "10.0.0.1", userAgent: probeUserAgent };

function request(action: Partial<HttpGetAction>): HttpRequest {
  const made = httpRequest({ port: 80, ...action }, about);
  assert.ok(made.ok);
  return made.value;
}

const paths: readonly (readonly [given: string, sent: string])[] = [
  ["/", "/"],
  ["", "/"],
  ["healthz", "/healthz"],
  ["/a?b=c&d", "/a?b=c&d"],
  ["?q", "/?q"],
  ["/a/../b", "/a/../b"],
  ["/a b", "/a%20b"],
  ["/ä", "/%C3%A4"],
  ['/a"<>b', "/a%22%3C%3Eb"],
  ["/a%20b", "/a%20b"],
  ["/%zz?x=1", "/%25zz%3Fx=1"],
  ["//x/y", "/y"],
  ["http://elsewhere/x?y", "/x?y"],
  ["/a#fragment", "/a"],
];

for (const [given, sent] of paths) {
  Deno.test(`the path "${given}" is sent as ${sent}`, () => {
    assert.equal(request({ path: given }).path, sent);
  });
}

Deno.test("a request goes to the pod's own address unless told otherwise", () => {
  const { scheme, host, port } = request({});
  assert.deepEqual([scheme, host, port], ["http", "10.0.0.1", 80]);
  const other = request({ scheme: "HTTPS", host: "fd00::1", port: "http", path: "/x" });
  assert.equal(urlOf(other), "https://[fd00::1]:8080/x");
});

const accept = { name: "Accept", value: "*/*" };
const agent = { name: "User-Agent", value: "kube-probe/1.37" };
const headers:
  readonly (readonly [string, HttpGetAction["httpHeaders"], HttpRequest["headers"]])[] = [
    ["none", undefined, [agent, accept]],
    ["its own", [{ name: "X-A", value: "1" }, { name: "X-A", value: "2" }], [
      { name: "X-A", value: "1" },
      { name: "X-A", value: "2" },
      agent,
      accept,
    ]],
    ["another name", [{ name: "user-agent", value: "me" }], [
      { name: "user-agent", value: "me" },
      accept,
    ]],
    [
      "no name and no wishes",
      [{ name: "User-Agent", value: "" }, { name: "Accept", value: "" }],
      [],
    ],
  ];

for (const [what, httpHeaders, sent] of headers) {
  Deno.test(`a probe with ${what} as headers`, () => {
    assert.deepEqual(request(httpHeaders ? { httpHeaders } : {}).headers, sent);
  });
}

for (
  const [port, error] of [
    ["grpc", 'port "grpc" not found'],
    [0, "invalid port number: 0"],
    [65_536, "invalid port number: 65536"],
  ] as const
) {
  Deno.test(`port ${port} is refused`, () => {
    assert.deepEqual(httpRequest({ port }, about), { ok: false, error });
  });
}
