/** What is read from a resolv.conf. */
import assert from "node:assert/strict";
import { parseResolvConf } from "./resolv_conf.ts";

const nothing = { servers: [], searches: [], options: [] };

const cases: readonly (readonly [name: string, text: string, expected: object])[] = [
  ["an empty file", "", nothing],
  ["servers", "nameserver 192.0.2.1\nnameserver\t2001:db8::1 \n", {
    ...nothing,
    servers: ["192.0.2.1", "2001:db8::1"],
  }],
  ["the last search line counts", "search a.example\nsearch b.example. c.example\n", {
    ...nothing,
    searches: ["b.example", "c.example"],
  }],
  ["options", "options ndots:2 timeout:1\n", { ...nothing, options: ["ndots:2", "timeout:1"] }],
  [
    "options of several lines, of which the last value counts",
    "options ndots:2 rotate\noptions ndots:5\n",
    {
      ...nothing,
      options: ["ndots:5", "rotate"],
    },
  ],
  ["the root as a search path is none", "search . a.example\n", {
    ...nothing,
    searches: ["a.example"],
  }],
  ["comments and what is not known", "# nameserver 1.2.3.4\n; x\ndomain x.example\nfoo\n", nothing],
  ["a line without values", "nameserver\nsearch\n", nothing],
];

for (const [name, text, expected] of cases) {
  Deno.test(`resolv.conf: ${name}`, () => assert.deepEqual(parseResolvConf(text), expected));
}
