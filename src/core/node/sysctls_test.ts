/** Names and namespaces of kernel parameters. */
import assert from "node:assert/strict";
import { namespaceOf, normalName, patternOf, safeSysctls } from "./sysctls.ts";

const normal: readonly (readonly [given: string, name: string])[] = [
  ["", ""],
  ["kernel", "kernel"],
  ["net.ipv4.conf.eno2/100.rp_filter", "net.ipv4.conf.eno2/100.rp_filter"],
  ["net/ipv4/conf/eno2.100/rp_filter", "net.ipv4.conf.eno2/100.rp_filter"],
];

for (const [given, name] of normal) {
  Deno.test(`the sysctl "${given}" is called "${name}"`, () => {
    assert.equal(normalName(given), name);
  });
}

const namespaces = [
  ["kernel.shmmax", "IPC"],
  ["kernel.msg", "IPC"],
  ["kernel.domainname", "UTS"],
  ["kernel.panic", null],
  ["fs.mqueue.msg_max", "IPC"],
  ["fs.file-max", null],
  ["net.core.somaxconn", "Net"],
  ["network.x", null],
  ["user.max_user_namespaces", "User"],
  ["constructor", null],
] as const;

for (const [name, namespace] of namespaces) {
  Deno.test(`the sysctl ${name} belongs to ${namespace ?? "the machine"}`, () => {
    assert.equal(namespaceOf(name), namespace);
  });
}

Deno.test("a pattern is a start of names up to its star", () => {
  assert.deepEqual(patternOf("net/core/*"), { start: "net.core.", isPrefix: true });
  assert.deepEqual(patternOf("kernel.sem"), { start: "kernel.sem", isPrefix: false });
});

Deno.test("a newer kernel has more that is safe", () => {
  assert.equal(safeSysctls("3.10.0").length, 5);
  assert.equal(safeSysctls("4.5").length, 9);
  assert.equal(safeSysctls("6.12.1-rpi").length, 14);
});
