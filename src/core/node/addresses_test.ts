/** Which of the machine's addresses are the node's. */
import assert from "node:assert/strict";
import { type AddressInput, nodeIps } from "./addresses.ts";
import type { HostAddresses } from "./machine.ts";

const host: HostAddresses = {
  all: ["127.0.0.1", "192.0.2.1", "198.51.100.7", "::1", "fd00::1", "fe80::1"],
  defaultV4: "192.0.2.1",
  defaultV6: "fd00::1",
};

interface Case extends Partial<Omit<AddressInput, "host">> {
  readonly what: string;
  readonly host?: Partial<HostAddresses>;
  /** The addresses, or what is wrong. */
  readonly gives: readonly string[] | string;
}

const CASES: readonly Case[] = [
  { what: "the default route's, IPv4 first", gives: ["192.0.2.1"] },
  { what: "IPv6 where there is no IPv4", host: { defaultV4: "" }, gives: ["fd00::1"] },
  { what: "the configured one", configured: ["198.51.100.7"], gives: ["198.51.100.7"] },
  {
    what: "one of each family",
    configured: ["fd00::1", "192.0.2.1"],
    gives: ["fd00::1", "192.0.2.1"],
  },
  { what: "one written another way", configured: ["FD00:0:0::1"], gives: ["FD00:0:0::1"] },
  { what: "IPv6 first with ::", configured: ["::"], gives: ["fd00::1"] },
  { what: "IPv4 first with 0.0.0.0", configured: ["0.0.0.0"], gives: ["192.0.2.1"] },
  {
    what: "IPv4 with :: where there is no IPv6",
    configured: ["::"],
    host: { defaultV6: "" },
    gives: ["192.0.2.1"],
  },
  { what: "the name itself", nodeName: "198.51.100.7", gives: ["198.51.100.7"] },
  {
    what: "what /etc/hosts says",
    hostsFile: "127.0.1.1 edge-1 # Debian's\n198.51.100.7\tedge-1.example.org  edge-1\n",
    gives: ["198.51.100.7"],
  },
  {
    what: "not what /etc/hosts says of an address that the machine has not",
    hostsFile: "203.0.113.1 edge-1\n",
    gives: ["192.0.2.1"],
  },
  {
    what: "a configured one that the machine has not",
    configured: ["203.0.113.1"],
    gives: "--node-ip 203.0.113.1: no network interface has this address",
  },
  {
    what: "a loopback address",
    configured: ["127.0.0.1"],
    gives: "--node-ip 127.0.0.1: a loopback address reaches nobody else",
  },
  {
    what: "a link-local address",
    configured: ["fe80::1"],
    gives: "--node-ip fe80::1: a link-local address reaches one network only",
  },
  {
    what: "a multicast address",
    configured: ["ff02::1"],
    gives: "--node-ip ff02::1: a multicast address is nobody's own",
  },
  {
    what: "no network",
    host: { all: ["127.0.0.1"], defaultV4: "", defaultV6: "" },
    gives: "the machine has no address and no default route; give one with --node-ip",
  },
];

for (const { what, gives, ...input } of CASES) {
  Deno.test(`a node's address: ${what}`, () => {
    const found = nodeIps({
      nodeName: "edge-1",
      configured: [],
      hostsFile: "",
      ...input,
      host: { ...host, ...input.host },
    });
    assert.deepEqual(found.ok ? found.value : found.error, gives);
  });
}
