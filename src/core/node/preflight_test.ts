/** Each thing that can be wrong with a machine is found, with what to do. */
import assert from "node:assert/strict";
import { failure } from "../result.ts";
import { preflight, type PreflightFacts, verdictOf } from "./preflight.ts";

const GiB = 1024 ** 3;
const ready = (type: string) => ({ type, status: true, reason: "", message: "" });

const runtime = {
  endpoint: "unix:///run/containerd/containerd.sock",
  reachable: true,
  name: "containerd",
  version: "1.6.20",
  conditions: [ready("RuntimeReady"), ready("NetworkReady")],
  cgroupDriver: "systemd",
} as const;

const good: PreflightFacts = {
  isRoot: true,
  runtime,
  cgroups: {
    version: 2,
    driver: "systemd",
    controllers: ["cpuset", "cpu", "io", "memory", "pids"],
    failV1: true,
  },
  boardModel: "",
  bootFile: "/boot/firmware/cmdline.txt",
  swap: { bytes: 0, fail: true },
  rootDir: { path: "/var/lib/skerry", error: null },
  resolvConf: { path: "/etc/resolv.conf", error: null },
  storeKey: { source: "Credential", path: "/run/credentials/key", error: null },
  disks: [{ path: "/var/lib/skerry", totalBytes: 32 * GiB, freeBytes: 16 * GiB }],
  clientCertificate: { expiresAt: Date.UTC(2027, 0, 1), error: "", hasBootstrap: false },
  relay: null,
  now: Date.UTC(2026, 4, 1),
  isSynchronised: true,
  ipForward: true,
};

Deno.test("on a machine where all is well there is nothing to mend", () => {
  const findings = preflight(good);
  assert.equal(verdictOf(findings), "ok");
  assert.deepEqual(findings.map(({ name, detail }) => `${name}: ${detail}`), [
    "privileges: running as root",
    "runtime: containerd 1.6.20 at unix:///run/containerd/containerd.sock",
    "network: the runtime has a pod network",
    "cgroup controllers: cpu, memory and pids are there",
    "cgroup version: 2",
    "cgroup driver: systemd",
    "swap: off",
    "rootDir: /var/lib/skerry",
    "resolvConf: /etc/resolv.conf",
    "store key: /run/credentials/key, a systemd credential",
    "disk /var/lib/skerry: 16.0 GiB of 32.0 GiB free",
    "clock: 2026-05-01T00:00:00Z, synchronised",
    "client certificate: good until 2027-01-01T00:00:00Z",
    "IP forwarding: on",
  ]);
});

interface Case {
  readonly facts: Partial<PreflightFacts>;
  readonly name: string;
  readonly verdict: "ok" | "warning" | "error";
  readonly detail: RegExp;
  readonly fix?: RegExp;
}

const noCni = {
  type: "NetworkReady",
  status: false,
  reason: "NetworkPluginNotReady",
  message: "cni plugin not initialized",
};
const noMemory = { ...good.cgroups, controllers: ["cpu", "pids"] };
const disk = (freeBytes: number): Pick<PreflightFacts, "disks"> => ({
  disks: [{ path: "/data", totalBytes: 32 * GiB, freeBytes }],
});

const cases: readonly Case[] = [
  {
    facts: { rootDir: { path: "/data", error: "/data is not a directory" } },
    name: "rootDir",
    verdict: "error",
    detail: /^\/data cannot be used: \/data is not a directory$/,
    fix: /--root-dir/,
  },
  {
    facts: { resolvConf: { path: "/run/none", error: "No such file" } },
    name: "resolvConf",
    verdict: "error",
    detail: /^\/run\/none cannot be read: No such file$/,
    fix: /none with ""/,
  },
  { facts: { isRoot: false }, name: "privileges", verdict: "error", detail: /root/, fix: /sudo/ },
  {
    facts: { runtime: { endpoint: "unix:///run/x", reachable: false, error: "no such file" } },
    name: "runtime",
    verdict: "error",
    detail: /at unix:\/\/\/run\/x: no such file$/,
    fix: /apt-get install containerd/,
  },
  {
    facts: {
      runtime: {
        ...runtime,
        conditions: [{ ...ready("RuntimeReady"), status: false, reason: "Bad", message: "disk" }],
      },
    },
    name: "runtime",
    verdict: "error",
    detail: /is not ready: Bad: disk$/,
    fix: /journalctl -u containerd/,
  },
  {
    facts: { runtime: { ...runtime, conditions: [ready("RuntimeReady"), noCni] } },
    name: "network",
    verdict: "error",
    detail: /NetworkPluginNotReady: cni plugin not initialized$/,
    fix: /containernetworking-plugins.*\/etc\/cni\/net\.d/,
  },
  {
    facts: { runtime: { ...runtime, conditions: [ready("RuntimeReady")] } },
    name: "network",
    verdict: "error",
    detail: /does not report NetworkReady/,
    fix: /CNI/,
  },
  {
    facts: { cgroups: noMemory, boardModel: "Raspberry Pi 4 Model B Rev 1.4" },
    name: "cgroup controllers",
    verdict: "error",
    detail: /^missing: memory;/,
    fix:
      /add "cgroup_enable=memory cgroup_memory=1" .* \/boot\/firmware\/cmdline\.txt, then reboot$/,
  },
  {
    facts: { cgroups: noMemory },
    name: "cgroup controllers",
    verdict: "error",
    detail: /memory/,
    fix: /the kernel's command line, then reboot$/,
  },
  {
    facts: { cgroups: { ...good.cgroups, version: 1 } },
    name: "cgroup version",
    verdict: "error",
    detail: /refuses to start/,
    fix: /unified_cgroup_hierarchy=1, or set failCgroupV1: false/,
  },
  {
    facts: { cgroups: { ...good.cgroups, version: 1, failV1: false } },
    name: "cgroup version",
    verdict: "ok",
    detail: /^1, which failCgroupV1: false allows/,
  },
  {
    facts: { cgroups: { ...good.cgroups, driver: "cgroupfs" } },
    name: "cgroup driver",
    verdict: "error",
    detail: /^containerd uses systemd, the agent cgroupfs$/,
    fix: /cgroupDriver: systemd/,
  },
  {
    facts: { swap: { bytes: 100 * 1024 ** 2, fail: true } },
    name: "swap",
    verdict: "error",
    detail: /^on, 100\.0 MiB, .*refuses/,
    fix: /swapoff -a.*failSwapOn: false/,
  },
  {
    facts: { swap: { bytes: GiB, fail: false } },
    name: "swap",
    verdict: "ok",
    detail: /^on, 1\.0 GiB, which failSwapOn: false allows/,
  },
  { facts: disk(GiB), name: "disk /data", verdict: "warning", detail: /^1\.0 GiB of/, fix: /room/ },
  { facts: disk(1000), name: "disk /data", verdict: "error", detail: /^1000 B of/, fix: /room/ },
  {
    facts: {
      clientCertificate: { expiresAt: Date.UTC(2026, 3, 1), error: "", hasBootstrap: false },
    },
    name: "client certificate",
    verdict: "warning",
    detail: /^expired at 2026-04-01T00:00:00Z.*the pods go on/,
    fix: /skerry join.*same node/,
  },
  {
    facts: {
      clientCertificate: { expiresAt: Date.UTC(2026, 3, 1), error: "", hasBootstrap: true },
    },
    name: "client certificate",
    verdict: "warning",
    detail: /^expired/,
    fix: /with the bootstrap kubeconfig/,
  },
  {
    facts: { clientCertificate: { expiresAt: null, error: "no PEM", hasBootstrap: false } },
    name: "client certificate",
    verdict: "warning",
    detail: /^cannot be read: no PEM/,
    fix: /skerry join/,
  },
  {
    facts: { now: Date.UTC(1970, 0, 1, 0, 5), isSynchronised: false },
    name: "clock",
    verdict: "warning",
    detail: /^1970-01-01T00:05:00Z cannot be right/,
    fix: /set-ntp true/,
  },
  {
    facts: { now: Date.UTC(2100, 0, 1), isSynchronised: false },
    name: "clock",
    verdict: "warning",
    detail: /^2100-01-01T00:00:00Z cannot be right/,
    fix: /clock battery/,
  },
  {
    facts: { isSynchronised: false },
    name: "clock",
    verdict: "warning",
    detail: /^2026-05-01T00:00:00Z, and no time source has set it/,
    fix: /set-ntp true/,
  },
  {
    facts: { ipForward: false },
    name: "IP forwarding",
    verdict: "warning",
    detail: /off/,
    fix: /ip_forward = 1/,
  },
];

for (const { facts, name, verdict, detail, fix } of cases) {
  Deno.test(`preflight: ${name} ${verdict}, ${detail.source}`, () => {
    const findings = preflight({ ...good, ...facts });
    const finding = findings.find((each) => each.name === name);
    assert.equal(finding?.verdict, verdict);
    assert.match(finding?.detail ?? "", detail);
    if (fix === undefined) assert.equal(finding?.fix, undefined);
    else assert.match(finding?.fix ?? "", fix);
    assert.equal(verdictOf(findings), verdict);
  });
}

Deno.test("what cannot be known without the runtime is left out", () => {
  const names = preflight({
    ...good,
    runtime: { endpoint: "unix:///run/x", reachable: false, error: "no such file" },
  }).map(({ name }) => name);
  assert.ok(!names.includes("network") && !names.includes("cgroup driver"));
});

Deno.test("a node that shows no certificate of its own has none to check", () => {
  const findings = preflight({ ...good, clientCertificate: null });
  assert.ok(!findings.some(({ name }) => name === "client certificate"));
});

Deno.test("a relay that does not work is no error: pods run without it", () => {
  const relay = {
    nodeName: "edge-1",
    identity: failure("no certificate"),
    bridgeAuthorities: { from: "/ca.crt", pem: failure("no file") },
    brokers: [],
  };
  const findings = preflight({ ...good, relay });
  assert.equal(verdictOf(findings), "warning");
  const names = findings.map(({ name }) => name).filter((name) => name.startsWith("relay "));
  assert.deepEqual(names, ["relay certificate", "relay bridges"]);
});
