/** Which kernel parameters a pod may set. */
import assert from "node:assert/strict";
import { admissionNode } from "../../../../tests/fakes/admission_node.ts";
import { pod } from "../../../../tests/fakes/pods.ts";
import type { PodSpec } from "../../k8s.ts";
import type { AdmissionNode } from "./node.ts";
import { refusedForSysctls } from "./sysctls.ts";

interface Case {
  readonly name: string;
  readonly spec?: Partial<PodSpec>;
  readonly node?: Partial<AdmissionNode>;
  /** Why it is refused; null: it is not. */
  readonly why: string | null;
}

const unsafe: Partial<AdmissionNode> = {
  allowedUnsafeSysctls: ["net.core.*", "kernel.msgmax", "user.max_net_namespaces"],
};

const cases: readonly Case[] = [
  { name: "kernel.shm_rmid_forced", why: null },
  { name: "net.ipv4.tcp_syncookies", why: null },
  { name: "net/ipv4/tcp_syncookies", why: null },
  { name: "net.ipv4.tcp_rmem", why: null },
  {
    name: "net.ipv4.tcp_rmem",
    node: { kernelVersion: "4.14.336" },
    why: '"net.ipv4.tcp_rmem" not allowlisted',
  },
  {
    name: "net.ipv4.tcp_keepalive_time",
    node: { kernelVersion: "no version" },
    why: '"net.ipv4.tcp_keepalive_time" not allowlisted',
  },
  { name: "net.core.somaxconn", why: '"net.core.somaxconn" not allowlisted' },
  { name: "net/core/somaxconn", why: '"net.core.somaxconn" not allowlisted' },
  { name: "vm.swappiness", why: '"vm.swappiness" not allowlisted' },
  { name: "net.core.somaxconn", node: unsafe, why: null },
  { name: "kernel.msgmax", node: unsafe, why: null },
  { name: "kernel.msgmnb", node: unsafe, why: '"kernel.msgmnb" not allowlisted' },
  {
    name: "net.ipv4.tcp_syncookies",
    spec: { hostNetwork: true },
    why: '"net.ipv4.tcp_syncookies" not allowed with host Net enabled',
  },
  {
    name: "net.core.somaxconn",
    spec: { hostNetwork: true },
    node: unsafe,
    why: '"net.core.somaxconn" not allowed with host Net enabled',
  },
  {
    name: "kernel.shm_rmid_forced",
    spec: { hostIPC: true },
    why: '"kernel.shm_rmid_forced" not allowed with host IPC enabled',
  },
  { name: "kernel.shm_rmid_forced", spec: { hostNetwork: true }, why: null },
  {
    name: "user.max_net_namespaces",
    node: unsafe,
    why: '"user.max_net_namespaces" not allowed with host User enabled',
  },
  { name: "user.max_net_namespaces", spec: { hostUsers: false }, node: unsafe, why: null },
];

for (const { name, spec = {}, node = {}, why } of cases) {
  const about = JSON.stringify({ ...spec, ...node });
  Deno.test(`sysctl ${name} with ${about} is ${why === null ? "allowed" : "forbidden"}`, () => {
    const sysctls = [{ name, value: "1" }];
    const built = pod("web").spec({ ...spec, securityContext: { sysctls } }).build();
    assert.deepEqual(
      refusedForSysctls(built, admissionNode(node)),
      why === null ? null : { reason: "SysctlForbidden", message: `forbidden sysctl: ${why}` },
    );
  });
}
