/** Names, good and bad. */
import assert from "node:assert/strict";
import * as names from "./names.ts";

type Check = (text: string) => readonly string[];

const good: readonly [check: Check, texts: readonly string[]][] = [
  [names.dnsLabel, ["a", "0", "my-name", "a".repeat(63)]],
  [names.dnsSubdomain, ["a", "a.b-c.d", "a".repeat(63), `${"a".repeat(126)}.${"b".repeat(126)}`]],
  [names.searchPath, [".", "svc.cluster.local", "a_b.example.", "_srv.example"]],
  [names.portName, ["http", "a", "h-2", "a".repeat(15)]],
  [names.envName, ["PATH", "a.b-c", "1", "a b", "{x}"]],
  [names.qualifiedName, ["app", "My_app.x", "example.com/app"]],
  [names.labelValue, ["", "v1", "A_b.c-d"]],
  [names.ipAddress, ["10.9.8.7", "2001:db8::ffff", "::1", "::ffff:10.0.0.1"]],
];

const bad: readonly [check: Check, texts: readonly string[], detail: RegExp][] = [
  [names.dnsLabel, ["", "A", "-a", "a-", "a.b", "a\n"], /a lowercase RFC 1123 label must consist/],
  [names.dnsLabel, ["a".repeat(64)], /^must be no more than 63 bytes$/],
  [names.dnsSubdomain, ["", "a..b", ".a", "a_b"], /a lowercase RFC 1123 subdomain must consist/],
  [names.dnsSubdomain, ["a".repeat(254)], /^must be no more than 253 bytes$/],
  [names.searchPath, ["", "..", "a b"], /subdomain must consist/],
  [names.portName, ["http-2-the-server"], /^must be no more than 15 bytes$/],
  [names.portName, ["HTTP1", "a_b"], /only alpha-numeric/],
  [names.portName, ["80"], /at least one letter/],
  [names.portName, ["a--b"], /consecutive hyphens/],
  [names.portName, ["-a", "a-"], /begin or end with a hyphen/],
  [names.envName, ["A=B", "ä", "a\tb"], /printable ASCII/],
  [names.qualifiedName, ["a/b/c"], /a qualified name must consist/],
  [names.qualifiedName, ["/a"], /^prefix part must be non-empty$/],
  [names.qualifiedName, ["A/a"], /^prefix part a lowercase RFC 1123 subdomain/],
  [names.qualifiedName, ["a/"], /^name part must be non-empty$/],
  [names.qualifiedName, ["-a", "a/b c"], /^name part must consist/],
  [names.labelValue, ["-", "a b"], /^a valid label must be an empty string or consist/],
  [names.ipAddress, ["", "10.0.0", "10.0.0.256", "010.0.0.1", "fe80::1%eth0", "a"], /valid IP/],
];

for (const [check, texts] of good) {
  Deno.test(`${check.name} takes ${texts.length} good names`, () => {
    for (const text of texts) assert.deepEqual(check(text), [], text);
  });
}

for (const [check, texts, detail] of bad) {
  Deno.test(`${check.name} refuses ${JSON.stringify(texts).slice(0, 60)}`, () => {
    for (const text of texts) {
      assert.ok(check(text).some((each) => detail.test(each)), `${text}: ${check(text).join()}`);
    }
  });
}

Deno.test("port numbers are from 1 to 65535", () => {
  for (const port of [1, 65_535]) assert.deepEqual(names.portNumber(port), []);
  for (const port of [-1, 0, 65_536]) {
    assert.deepEqual(names.portNumber(port), ["must be between 1 and 65535, inclusive"]);
  }
});

Deno.test("a name of a million letters is checked in no time", () => {
  const long = `${"a-".repeat(500_000)}.`;
  for (const [check] of good) check(long);
});
