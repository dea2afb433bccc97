/** Which chains of certificates lead to an authority. */
import assert from "node:assert/strict";
import { type TestAuthority, testAuthority, type Wanted } from "../../../tests/fakes/test_pki.ts";
import { authoritiesOf, isVouchedFor } from "./client_chain.ts";
import { objectIdentifier, sequence } from "./der.ts";
import { pemBlocks } from "./pem.ts";

const day = 24 * 60 * 60 * 1_000;

function der(...pems: readonly string[]): readonly Uint8Array[] {
  return pems.flatMap((pem) => pemBlocks(pem).map(({ bytes }) => bytes));
}

function client(authority: TestAuthority, own: Partial<Wanted> = {}): string {
  return authority.issue({ commonName: "jane", purpose: "client", ...own }).certificate;
}

function usage(...purposes: readonly string[]): Uint8Array {
  return sequence(...purposes.map(objectIdentifier));
}

const serverAuth = "1.3.6.1.5.5.7.3.1";
const clientAuth = "1.3.6.1.5.5.7.3.2";
const codeSigning = "1.3.6.1.5.5.7.3.3";
const anyUsage = "2.5.29.37.0";

const root = testAuthority("root");
const other = testAuthority("other");
const namesake = testAuthority("root");
const between = root.authority("between");
const deep = between.authority("deep");
const forServers = root.authority("for servers", { extendedKeyUsage: usage(serverAuth) });
const forClients = root.authority("for both", { extendedKeyUsage: usage(serverAuth, clientAuth) });
const rootForServers = testAuthority("servers' root", { extendedKeyUsage: usage(serverAuth) });
const notAnAuthority = root.issue({ commonName: "leaf", purpose: "client" });

interface Case {
  readonly chain: readonly Uint8Array[];
  readonly authorities?: string;
  readonly inDays?: number;
  readonly isGood: boolean;
}

const cases: Readonly<Record<string, Case>> = {
  "issued by the authority": { chain: der(client(root)), isGood: true },
  "with the authority in the chain": {
    chain: der(client(root), root.certificate),
    isGood: true,
  },
  "by an authority in between": {
    chain: der(client(between), between.certificate),
    isGood: true,
  },
  "by two in between": {
    chain: der(client(deep), deep.certificate, between.certificate),
    isGood: true,
  },
  "with one in between missing": { chain: der(client(deep), between.certificate), isGood: false },
  "of one of several authorities": {
    chain: der(client(root)),
    authorities: other.certificate + root.certificate,
    isGood: true,
  },
  "of another authority": { chain: der(client(other)), isGood: false },
  "of another authority, with that one in the chain": {
    chain: der(client(other), other.certificate),
    isGood: false,
  },
  "of another authority of the same name": { chain: der(client(namesake)), isGood: false },
  "of no authority at all": { chain: der(client(root)), authorities: "", isGood: false },
  "expired by now": { chain: der(client(root)), inDays: 1.5, isGood: false },
  "not valid yet": { chain: der(client(root)), inDays: -2, isGood: false },
  "of an authority that has expired by now": {
    chain: der(client(root, { until: 9 })),
    inDays: 2,
    isGood: false,
  },
  "for a server, as kubernetes.io/kubelet-serving issues it": {
    chain: der(client(root, { purpose: "server" })),
    isGood: false,
  },
  "for server and client": {
    chain: der(client(root, { extendedKeyUsage: usage(serverAuth, clientAuth) })),
    isGood: true,
  },
  "for any purpose": {
    chain: der(client(root, { extendedKeyUsage: usage(anyUsage) })),
    isGood: true,
  },
  "for another purpose": {
    chain: der(client(root, { extendedKeyUsage: usage(codeSigning) })),
    isGood: false,
  },
  "that does not say what it is for": {
    chain: der(client(root, { extendedKeyUsage: null })),
    isGood: true,
  },
  "for no purpose at all": {
    chain: der(client(root, { extendedKeyUsage: usage() })),
    isGood: false,
  },
  "with a purpose that cannot be read": {
    chain: der(client(root, { extendedKeyUsage: objectIdentifier(clientAuth) })),
    isGood: false,
  },
  "by an authority in between that is for servers": {
    chain: der(client(forServers), forServers.certificate),
    isGood: false,
  },
  "that does not say what it is for, by one for servers": {
    chain: der(client(forServers, { extendedKeyUsage: null }), forServers.certificate),
    isGood: false,
  },
  "by an authority in between that is for clients too": {
    chain: der(client(forClients), forClients.certificate),
    isGood: true,
  },
  "of an authority that is for servers": {
    chain: der(client(rootForServers)),
    authorities: rootForServers.certificate,
    isGood: false,
  },
  "of one of two authorities, the other for servers": {
    chain: der(client(root)),
    authorities: rootForServers.certificate + root.certificate,
    isGood: true,
  },
  "none": { chain: [], isGood: false },
  "no certificate": { chain: [Uint8Array.of(1, 2, 3)], isGood: false },
  "in the authority's place one that is none": {
    chain: der(client(root)),
    authorities: notAnAuthority.certificate,
    isGood: false,
  },
};
for (
  const [title, { chain, authorities = root.certificate, inDays = 0, isGood }] of Object.entries(
    cases,
  )
) {
  Deno.test(`a client's certificate: ${title}`, () => {
    const now = Date.now() + inDays * day;
    assert.equal(isVouchedFor(chain, { authorities: authoritiesOf(authorities), now }), isGood);
  });
}
