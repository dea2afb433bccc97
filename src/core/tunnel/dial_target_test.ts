/** Nothing but the kubelet's own port on loopback. */
import assert from "node:assert/strict";
import { dialTarget } from "./dial_target.ts";

const targetOf = (protocol: string, address: string) =>
  dialTarget({ protocol, address, kubeletPort: 10_250 });

Deno.test("the kubelet's port on loopback may be dialled", () => {
  assert.deepEqual(targetOf("tcp", "127.0.0.1:10250"), {
    ok: true,
    value: { host: "127.0.0.1", port: 10_250 },
  });
  assert.deepEqual(targetOf("tcp", "[::1]:10250"), {
    ok: true,
    value: { host: "::1", port: 10_250 },
  });
});

for (
  const [protocol, address] of [
    ["tcp", "10.0.0.1:22"],
    ["tcp", "127.0.0.1:22"],
    ["tcp", "127.0.0.1:102500"],
    ["tcp", "127.0.0.1:010250"],
    ["tcp", "127.0.0.1:10250 "],
    ["tcp", "127.0.0.1"],
    ["tcp", "127.1:10250"],
    ["tcp", "127.0.0.2:10250"],
    ["tcp", "localhost:10250"],
    ["tcp", "0.0.0.0:10250"],
    ["tcp", ":10250"],
    ["tcp", "::1:10250"],
    ["tcp", "constructor:10250"],
    ["tcp", "127.0.0.1:10250@10.0.0.1:22"],
    ["udp", "127.0.0.1:10250"],
    ["tcp6", "127.0.0.1:10250"],
    ["unix", "/run/containerd/containerd.sock"],
    ["node::tcp", "127.0.0.1:10250"],
    ["", ""],
  ] as const
) {
  Deno.test(`${protocol}/${address} may not be dialled`, () => {
    assert.equal(targetOf(protocol, address).ok, false);
  });
}
