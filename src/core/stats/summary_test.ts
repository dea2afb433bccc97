/** Tests of how a node is told of; whole pods are in the scenarios. */
import assert from "node:assert/strict";
import { cgroupSample, measuredAt, nodeSample, pressureOf } from "../../../tests/fakes/samples.ts";
import { summaryOf } from "./summary.ts";

const fileSystem = {
  capacityBytes: 1000,
  availableBytes: 600,
  usedBytes: 350,
  inodes: 100,
  inodesFree: 90,
};
const processes = { running: 200, max: 32_768 };
const time = "2026-01-01T00:00:00Z";

Deno.test("summary: memory for huge pages is not available to anything else", () => {
  const available = (hugePagesBytes: number) =>
    summaryOf(nodeSample({ hugePagesBytes })).node.memory?.availableBytes;
  assert.equal(available(0), 700);
  assert.equal(available(200), 500);
  assert.equal(available(900), 0);
});

Deno.test("summary: pressure is told where it is measured, that of disks with the disks alone", () => {
  const pressure = pressureOf({ some: 5, full: 2 });
  const root = cgroupSample("/", {
    cpu: { usageNs: 1, pressure },
    memory: { workingSetBytes: 1, limitBytes: null, swapLimitBytes: null, pressure },
    ioPressure: pressure,
  });
  const { node } = summaryOf(nodeSample({ root }));
  assert.deepEqual([node.cpu?.psi, node.memory?.psi, node.io], [pressure, pressure, undefined]);
  const disks = { nodefs: fileSystem, imagefs: null, processes };
  assert.deepEqual(summaryOf(nodeSample({ root, disks })).node.io, { time, psi: pressure });
});

Deno.test("summary: the file systems of the node and of its images", () => {
  const imagefs = { usedBytes: 77, inodesUsed: 7, fileSystem };
  const { node } = summaryOf(nodeSample({ disks: { nodefs: fileSystem, imagefs, processes } }));
  const common = {
    time,
    availableBytes: 600,
    capacityBytes: 1000,
    inodesFree: 90,
    inodes: 100,
  };
  assert.deepEqual(node.fs, { ...common, usedBytes: 350, inodesUsed: 10 });
  const images = { ...common, usedBytes: 77, inodesUsed: 7 };
  assert.deepEqual(node.runtime, { imageFs: images, containerFs: images });
  assert.deepEqual(node.rlimit, { time, maxpid: 32_768, curproc: 200 });
});

Deno.test("summary: the interface named eth0 is the default one, where there is one", () => {
  const traffic = { bytes: 1, packets: 1, errors: 0, dropped: 0 };
  const network = (...names: readonly string[]) => ({
    at: measuredAt,
    interfaces: names.map((name) => ({ name, received: traffic, sent: traffic })),
  });
  const of = (...names: readonly string[]) =>
    summaryOf(nodeSample({ network: network(...names) })).node.network;
  const told = { rxBytes: 1, rxErrors: 0, txBytes: 1, txErrors: 0 };
  assert.deepEqual(of("wlan0", "eth0"), {
    time,
    name: "eth0",
    ...told,
    interfaces: [{ name: "wlan0", ...told }, { name: "eth0", ...told }],
  });
  assert.deepEqual(of("end0"), { time, name: "", interfaces: [{ name: "end0", ...told }] });
});

Deno.test("summary: a pod of which nothing but the sandbox runs is not told of", () => {
  const pod = {
    name: "web",
    namespace: "default",
    uid: "web-uid",
    createdAt: 0,
    cgroup: cgroupSample("/kubepods/podweb-uid"),
    sandbox: { id: "s", cgroup: null },
    containers: [],
    network: null,
    volumes: [],
    otherFiles: { usedBytes: 0, inodesUsed: 0 },
  };
  assert.deepEqual(summaryOf(nodeSample({ pods: [pod] })).pods, []);
});

Deno.test("summary: what is used of swap, and what is left of it", () => {
  const memory = { workingSetBytes: 1, swapBytes: 30, limitBytes: null, pressure: null };
  const swap = (swapLimitBytes: number | null) =>
    summaryOf(nodeSample({ root: cgroupSample("/", { memory: { ...memory, swapLimitBytes } }) }))
      .node.swap;
  assert.deepEqual(swap(100), { time, swapAvailableBytes: 70, swapUsageBytes: 30 });
  assert.deepEqual(swap(null), { time, swapUsageBytes: 30 });
});
