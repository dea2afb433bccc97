/** What no honest client sends, byte by byte, and what is answered: here, and by the kubelet where that is something else. */

const host = "Host: node\r\n";
/** As much as Go allows for, and more. */
const megabyte = "a".repeat((1 << 20) + 8_192);

export interface HostileRequest {
  readonly sent: string;
  /** How each answer begins; the last ones, where more come. */
  readonly answers: readonly string[];
  /** Where the kubelet answers otherwise, and why we do not follow it. */
  readonly kubelet?: { readonly answers: readonly string[]; readonly reason: string };
}

export const hostileRequests: Readonly<Record<string, HostileRequest>> = {
  "length and chunks at once": {
    sent:
      `POST /healthz HTTP/1.1\r\n${host}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n` +
      `0\r\n\r\nGET /pods HTTP/1.1\r\n${host}\r\n`,
    answers: ["400 Bad Request"],
    kubelet: {
      answers: ["200 OK", "200 OK"],
      reason: "what a proxy in front and we could read differently is not read at all",
    },
  },
  "two lengths": {
    sent: `POST /healthz HTTP/1.1\r\n${host}Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcde`,
    answers: ["400 Bad Request"],
  },
  "a length that is none": {
    sent: `POST /healthz HTTP/1.1\r\n${host}Content-Length: 0x4\r\n\r\nabcd`,
    answers: ["400 Bad Request"],
  },
  "an encoding that nobody knows": {
    sent: `POST /healthz HTTP/1.1\r\n${host}Transfer-Encoding: xchunked\r\n\r\n`,
    answers: ["400 Bad Request"],
    kubelet: {
      answers: ["501 Not Implemented"],
      reason: "the parser of HTTP below us ends the connection before we are asked",
    },
  },
  "two encodings": {
    sent: `POST /healthz HTTP/1.1\r\n${host}Transfer-Encoding: identity, chunked\r\n` +
      "Connection: close\r\n\r\n0\r\n\r\n",
    answers: ["501 Not Implemented"],
  },
  "a space before a colon": {
    sent: `POST /healthz HTTP/1.1\r\n${host}Content-Length : 4\r\n\r\nabcd`,
    answers: ["400 Bad Request"],
  },
  "a header that goes on in the next line": {
    sent: `GET /healthz HTTP/1.1\r\n${host}A: b\r\n c\r\n\r\n`,
    answers: ["400 Bad Request"],
    kubelet: {
      answers: ["200 OK"],
      reason: "no client writes this form any more, and proxies read it differently",
    },
  },
  "a carriage return in a header": {
    sent: `GET /healthz HTTP/1.1\r\n${host}A: b\rEvil: 1\r\n\r\n`,
    answers: ["400 Bad Request"],
  },
  "a zero byte in a header": {
    sent: `GET /healthz HTTP/1.1\r\n${host}A: b\0c\r\n\r\n`,
    answers: ["400 Bad Request"],
  },
  "no host": { sent: "GET /healthz HTTP/1.1\r\n\r\n", answers: ["400 Bad Request"] },
  "two hosts": {
    sent: `GET /healthz HTTP/1.1\r\n${host}Host: other\r\nConnection: close\r\n\r\n`,
    answers: ["400 Bad Request"],
  },
  "no HTTP": { sent: "\x16\x03\x01junk\r\n\r\n", answers: ["400 Bad Request"] },
  "headers of more than a megabyte": {
    sent: `GET /healthz HTTP/1.1\r\n${host}A: ${megabyte}\r\n\r\n`,
    answers: ["431 Request Header Fields Too Large"],
  },
  "a path of more than a megabyte": {
    sent: `GET /${megabyte} HTTP/1.1\r\n${host}\r\n`,
    answers: ["431 Request Header Fields Too Large"],
  },
  "headers of a megabyte": {
    sent: `GET /healthz HTTP/1.1\r\n${host}A: ${"a".repeat(1 << 20)}\r\nConnection: close\r\n\r\n`,
    answers: ["200 OK"],
  },
  "large headers": {
    sent: `GET /healthz HTTP/1.1\r\n${host}A: ${"a".repeat(900_000)}\r\nConnection: close\r\n\r\n`,
    answers: ["200 OK"],
  },
  "the whole URL of another host": {
    sent: `GET https://other/healthz HTTP/1.1\r\n${host}Connection: close\r\n\r\n`,
    answers: ["200 OK"],
  },
  "a request for no path": {
    sent: `OPTIONS * HTTP/1.1\r\n${host}Connection: close\r\n\r\n`,
    answers: ["400 Bad Request"],
    kubelet: {
      answers: ["200 OK"],
      reason: "it answers this before it asks who it is; nobody needs it",
    },
  },
  "a half of an escape": {
    sent: `GET /pods%2 HTTP/1.1\r\n${host}Connection: close\r\n\r\n`,
    answers: ["400 Bad Request"],
  },
  "a zero byte in the path": {
    sent: `GET /logs/a%00b HTTP/1.1\r\n${host}Connection: close\r\n\r\n`,
    answers: ["404 Not Found"],
  },
  "a method that nobody knows": {
    sent: `TRACE /healthz HTTP/1.1\r\n${host}Connection: close\r\n\r\n`,
    answers: ["405 Method Not Allowed"],
    kubelet: {
      answers: ["200 OK"],
      reason: "it answers any method for some paths; nobody needs this one",
    },
  },
  "a request with junk behind it": {
    sent: `GET /healthz HTTP/1.1\r\n${host}\r\njunk`,
    answers: ["400 Bad Request"],
    kubelet: {
      answers: ["200 OK"],
      reason: "it waits for the end of the line; here the first byte that is wrong is enough",
    },
  },
  "two requests at once": {
    sent:
      `GET /healthz HTTP/1.1\r\n${host}\r\nGET /pods HTTP/1.1\r\n${host}Connection: close\r\n\r\n`,
    answers: ["200 OK", "200 OK"],
  },
  "a wish for another protocol where there is none": {
    sent: `GET /healthz HTTP/1.1\r\n${host}Connection: Upgrade\r\nUpgrade: h2c\r\n\r\njunk`,
    answers: ["200 OK"],
  },
};

/** The path in the first line, and status and place of the answer. */
export const hostilePaths: Readonly<Record<string, readonly [number, string?]>> = {
  "/logs/../../etc/passwd": [307, "/etc/passwd"],
  "/logs/%2e%2e/%2E%2E/etc/passwd": [404],
  "/logs/..%2f..%2fetc/passwd": [404],
  "/../../../etc/passwd": [307, "/etc/passwd"],
  "//pods": [307, "/pods"],
  "/./pods?a=b": [307, "/pods?a=b"],
  "/containerLogs/default/web/../../../pods": [307, "/pods"],
  "/containerLogs/default/web/%2e%2e%2fmain": [404],
  "/containerLogs/default/web/a%2fb": [404],
  "/containerLogs/default/web/..%5cmain": [404],
  "/pods/": [200],
  "/healthz/": [404],
  "/runningpods": [307, "/runningpods/"],
  "/configz/": [404],
  "/metrics/": [404],
  "/stats?a=b": [307, "/stats/?a=b"],
  "/stats/": [404],
  "/stats/summary/": [200],
  "/statusz/": [404],
  "/run": [404],
  "/containerLogs/default/web/main/": [404],
  "/logs": [307, "/logs/"],
  "/pods%20": [404],
  "/PODS": [404],
};
