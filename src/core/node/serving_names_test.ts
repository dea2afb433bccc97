/** What a node's addresses become in its serving certificate. */
import assert from "node:assert/strict";
import type { NodeAddress } from "./node_object.ts";
import { servingNames } from "./serving_names.ts";

const cases: readonly (readonly [
  what: string,
  addresses: readonly NodeAddress[],
  expected: ReturnType<typeof servingNames>,
])[] = [
  ["no addresses", [], { dnsNames: [], ips: [] }],
  [
    "a host name and addresses",
    [
      { type: "InternalIP", address: "fd00::1" },
      { type: "InternalIP", address: "10.0.0.1" },
      { type: "Hostname", address: "edge-1" },
    ],
    { dnsNames: ["edge-1"], ips: ["10.0.0.1", "fd00::1"] },
  ],
  [
    "a host name that is an address, and the same address again",
    [{ type: "Hostname", address: "10.0.0.1" }, { type: "ExternalIP", address: "10.0.0.1" }],
    { dnsNames: [], ips: ["10.0.0.1"] },
  ],
  [
    "DNS names",
    [{ type: "InternalDNS", address: "b.site" }, { type: "ExternalDNS", address: "a.example" }],
    { dnsNames: ["a.example", "b.site"], ips: [] },
  ],
  [
    "what is no address, and what is empty",
    [{ type: "InternalIP", address: "here" }, { type: "Hostname", address: "" }],
    { dnsNames: [], ips: [] },
  ],
];
for (const [what, addresses, expected] of cases) {
  Deno.test(`serving names of ${what}`, () => assert.deepEqual(servingNames(addresses), expected));
}
