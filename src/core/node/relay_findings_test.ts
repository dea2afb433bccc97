/** What is found of the relay's certificate, of the bridges' authorities, and what helps. */
import assert from "node:assert/strict";
import { newKey } from "../../../tests/fakes/certificate_authority.ts";
import { testAuthority, type Wanted } from "../../../tests/fakes/test_pki.ts";
import { failure, type Result, success } from "../result.ts";
import type { Finding } from "./preflight.ts";
import { type RelayFacts, relayFindings } from "./relay_findings.ts";

const authority = testAuthority("cluster");
const issued = (wanted: Partial<Wanted> = {}) =>
  authority.issue({
    commonName: "system:node:edge-1",
    organizations: ["system:nodes"],
    purpose: "client",
    ...wanted,
  });
const pem = (text: string): RelayFacts["bridgeAuthorities"] => ({
  from: "/ca.crt",
  pem: success(text),
});

function found(facts: Partial<RelayFacts>): readonly Finding[] {
  const good: RelayFacts = {
    nodeName: "edge-1",
    identity: success(issued()),
    bridgeAuthorities: pem(authority.certificate),
    brokers: [],
  };
  return relayFindings({ ...good, ...facts }, Date.now());
}

Deno.test("a node that can relay is told until when", () => {
  const broker = { url: "mqtts://b:8883", clientId: "c", topic: "t", problem: null };
  const shown = found({ brokers: [broker] }).map(({ name, verdict, detail }) =>
    `${name} ${verdict}: ${detail.replace(/\d{4}\S+/, "TIME")}`
  );
  assert.deepEqual(shown, [
    "relay certificate ok: CN=system:node:edge-1, good until TIME",
    "relay bridges ok: vouched for by /ca.crt",
    "relay broker mqtts://b:8883 ok: lets the node connect and subscribe t",
  ]);
});

const identities: readonly (readonly [string, RelayFacts["identity"], RegExp, RegExp])[] = [
  ["a token alone", failure("no client certificate"), /^no client/, /a token alone cannot relay/],
  ["rubbish", success({ certificate: "x", key: "y" }), /^no certificate in PEM$/, /skerry join/],
  ["no key", success({ ...issued(), key: "" }), /^no private key in PEM$/, /skerry join/],
  ["another key", success({ ...issued(), key: newKey() }), /key is not/, /skerry join/],
  [
    "another node's",
    success(issued({ commonName: "system:node:edge-2" })),
    /CN=system:node:edge-2, .* CN=system:node:edge-1 alone/,
    /nodeName/,
  ],
  ["no node's", success(issued({ organizations: [] })), /O=system:nodes/, /skerry join/],
  ["over", success(issued({ from: -2, until: -1 })), /^expired at .* clock$/, /set the clock/],
  ["to come", success(issued({ from: 1, until: 2 })), /^not valid before /, /set the clock/],
];

for (const [title, identity, detail, fix] of identities) {
  Deno.test(`a certificate that cannot relay: ${title}`, () => {
    const [finding] = found({ identity });
    assert.equal(finding?.verdict, "warning");
    assert.match(finding.detail, detail);
    assert.match(finding.fix ?? "", fix);
  });
}

const old = authority.issue({ commonName: "old", purpose: "authority", from: -2, until: -1 });
const authorities: readonly (readonly [string, Result<string>, RegExp])[] = [
  ["no file", failure("cannot read /ca.crt"), /^cannot read \/ca\.crt; nothing .* believed$/],
  ["no PEM", success("x"), /^\/ca\.crt: no certificate in PEM;/],
  ["all over", success(old.certificate), /^\/ca\.crt: expired at /],
];

for (const [title, text, detail] of authorities) {
  Deno.test(`authorities that vouch for no bridge: ${title}`, () => {
    const [, finding] = found({ bridgeAuthorities: { from: "/ca.crt", pem: text } });
    assert.equal(finding?.verdict, "warning");
    assert.match(finding.detail, detail);
    assert.match(finding.fix ?? "", /relay\.bridgeCAFile/);
  });
}

Deno.test("an authority that is over does not matter beside one that is not", () => {
  const [, finding] = found({ bridgeAuthorities: pem(old.certificate + authority.certificate) });
  assert.equal(finding?.verdict, "ok");
});
