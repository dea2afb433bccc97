/** Addresses of clients, as sockets write them. */
import assert from "node:assert/strict";
import { hostOf, ownNetworkOf } from "./client_host.ts";

const cases = {
  "10.0.0.7:45402": "10.0.0.7",
  "[::ffff:10.0.0.7]:45402": "10.0.0.7",
  "[2001:db8:1:2:3:4:5:6]:443": "2001:db8:1:2::/64",
  "[2001:db8:1:2::9]:443": "2001:db8:1:2::/64",
  "[2001:db8::9]:443": "2001:db8:0:0::/64",
  "[fe80::1%eth0]:443": "fe80:0:0:0::/64",
  "[::1]:443": "0:0:0:0::/64",
  "": "",
};

for (const [address, network] of Object.entries(cases)) {
  Deno.test(`"${address}" is asked for from ${network === "" ? "nowhere" : network}`, () => {
    assert.equal(ownNetworkOf(hostOf(address)), network);
  });
}
