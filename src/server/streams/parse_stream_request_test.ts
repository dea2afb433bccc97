/** Paths and queries of streams, with the kubelet's answers to those that are wrong. */
import { deepEqual } from "node:assert/strict";
import { type ParsedStreamRequest, parseStreamRequest } from "./parse_stream_request.ts";

const target = { namespace: "shop", pod: "web", container: "main" };
const none = { stdin: false, stdout: false, stderr: false, tty: false };

function asked(
  request: Extract<ParsedStreamRequest, { readonly kind: "Asked" }>["request"],
): ParsedStreamRequest {
  return { kind: "Asked", request };
}

function refused(status: 400 | 404, text: string): ParsedStreamRequest {
  return { kind: "Refused", status, text };
}

const cases: readonly (readonly [url: string, expected: ParsedStreamRequest])[] = [
  [
    "/exec/shop/web/main?command=ls&command=-l+%2F&output=1&error=1",
    asked({
      kind: "exec",
      target,
      command: ["ls", "-l /"],
      streams: { ...none, stdout: true, stderr: true },
    }),
  ],
  [
    "/exec/shop/web/uid-1/main?command=sh&input=1&output=1&error=1&tty=1",
    asked({
      kind: "exec",
      target: { ...target, uid: "uid-1" },
      command: ["sh"],
      streams: { stdin: true, stdout: true, stderr: false, tty: true },
    }),
  ],
  [
    "/attach/shop/web/main?input=1",
    asked({ kind: "attach", target, streams: { ...none, stdin: true } }),
  ],
  [
    "/portForward/shop/web",
    asked({ kind: "portForward", target: { namespace: "shop", pod: "web" } }),
  ],
  [
    "/portForward/shop/web/uid-1?port=80",
    asked({ kind: "portForward", target: { namespace: "shop", pod: "web", uid: "uid-1" } }),
  ],
  [
    "/exec/shop/web/main?command=ls&output=true",
    refused(400, "you must specify at least 1 of stdin, stdout, stderr"),
  ],
  [
    "/attach/shop/web/main?tty=1&error=1",
    refused(400, "you must specify at least 1 of stdin, stdout, stderr"),
  ],
  ["/exec/shop/web", refused(404, "404: Page Not Found")],
  ["/exec/shop/web/uid/main/more?output=1", refused(404, "404: Page Not Found")],
  ["/exec/shop//main?output=1", refused(404, "404: Page Not Found")],
  ["/portForward/shop", refused(404, "404: Page Not Found")],
  ["/portForward/shop/web/uid/more", refused(404, "404: Page Not Found")],
  ["/cri/exec/token?output=1", refused(404, "404: Page Not Found")],
];

for (const [url, expected] of cases) {
  Deno.test(`what is asked for by ${url}`, () => {
    const { pathname: path, searchParams: query } = new URL(url, "http://node");
    deepEqual(parseStreamRequest({ path, query, isWebSocket: false }), expected);
  });
}

const portCases: readonly (readonly [query: string, expected: readonly number[] | string])[] = [
  ["port=80&port=443", [80, 443]],
  ["port=80,8080", [80, 8080]],
  ["", 'query parameter "port" is required'],
  ["port=", 'query parameter "port" cannot be empty'],
  ["port=0", 'port "0" must be > 0'],
  [
    "port=http",
    'unable to parse "http" as a port: strconv.ParseUint: parsing "http": invalid syntax',
  ],
  [
    "port=70000",
    'unable to parse "70000" as a port: strconv.ParseUint: parsing "70000": value out of range',
  ],
];

for (const [text, expected] of portCases) {
  Deno.test(`the ports of a WebSocket client: ${text}`, () => {
    const query = new URLSearchParams(text);
    const path = "/portForward/shop/web";
    const request = { kind: "portForward", target: { namespace: "shop", pod: "web" } } as const;
    deepEqual(
      parseStreamRequest({ path, query, isWebSocket: true }),
      typeof expected === "string"
        ? refused(400, expected)
        : asked({ ...request, ports: expected }),
    );
  });
}
