/** Which addresses a pod shows, and in which order. */
import assert from "node:assert/strict";
import { podIps } from "./pod_ips.ts";

const cases: readonly {
  readonly what: string;
  readonly hostNetwork?: boolean;
  readonly sandboxIps: readonly string[];
  readonly nodeIps: readonly string[];
  readonly shown: readonly string[];
}[] = [
  {
    what: "the family of the node's first address comes first",
    sandboxIps: ["10.0.0.2", "fd00::2"],
    nodeIps: ["2001:db8::1", "192.0.2.1"],
    shown: ["fd00::2", "10.0.0.2"],
  },
  {
    what: "one address of each family",
    sandboxIps: ["fd00::2", "10.0.0.2", "10.0.0.3"],
    nodeIps: ["192.0.2.1"],
    shown: ["10.0.0.2", "fd00::2"],
  },
  {
    what: "on the host's network the node's own",
    hostNetwork: true,
    sandboxIps: [],
    nodeIps: ["192.0.2.1", "2001:db8::1"],
    shown: ["192.0.2.1", "2001:db8::1"],
  },
];
for (const { what, hostNetwork = false, shown, ...ips } of cases) {
  Deno.test(`pod addresses: ${what}`, () => {
    assert.deepEqual(podIps({ spec: { hostNetwork }, ...ips }), shown);
  });
}
