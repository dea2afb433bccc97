/** Uses every Linux adapter once, in the directory and the cgroup named as arguments; permissions_test.ts runs it. */
import assert from "node:assert/strict";
import { systemClock } from "../../../src/adapters/clock.ts";
import { linuxCgroups } from "../../../src/adapters/linux/cgroups.ts";
import { sendDatagram } from "../../../src/adapters/linux/datagram.ts";
import { linuxFiles } from "../../../src/adapters/linux/files.ts";
import { linuxMachine } from "../../../src/adapters/linux/machine.ts";
import * as machine from "../../../src/adapters/linux/machine_facts.ts";
import * as node from "../../../src/adapters/linux/node_facts.ts";
import { systemdBus } from "../../../src/adapters/linux/systemd_bus.ts";

const [root = "", cgroup = ""] = Deno.args;
const clock = systemClock();

async function useFiles(): Promise<void> {
  const files = linuxFiles();
  const pod = `${root}/pod`;
  await files.apply([
    { kind: "MakeDirectory", path: `${pod}/scratch`, mode: 0o777 },
    { kind: "MountTmpfs", path: `${pod}/memory`, sizeBytes: 65_536, mode: 0o777 },
    { kind: "WriteFile", path: `${pod}/memory/file`, content: "x", mode: 0o644 },
    { kind: "PointLink", path: `${pod}/scratch/link`, target: "part" },
    { kind: "MakeSubPath", path: `${pod}/scratch`, subPath: "part" },
    { kind: "BindSubPath", path: `${pod}/bound`, volumePath: `${pod}/scratch`, subPath: "link" },
    { kind: "SetOwner", path: `${pod}/scratch/link`, uid: 1 },
    { kind: "SetGroup", path: `${pod}/scratch`, gid: 1, writable: true, unlessTopIs: false },
    { kind: "WriteFile", path: `${pod}/scratch/part/file`, content: "x", mode: 0o644 },
    { kind: "CheckHostPath", path: "/dev/null", type: "CharDevice" },
    { kind: "CheckHostPath", path: "/sys/kernel", type: "Directory" },
    { kind: "CheckHostPath", path: "/proc/meminfo", type: "File" },
    { kind: "CheckHostPath", path: "/dev/shm/", type: "DirectoryOrCreate" },
  ]);
  assert.equal(await files.readTail(`${pod}/memory/file`, 10), "x");
  assert.equal(await files.readInside({ top: `${pod}/bound`, path: "file" }), "x");
  assert.equal((await files.readTree(`${pod}/scratch`)).length, 3);
  await files.apply([{ kind: "Remove", path: `${pod}/scratch/part/file` }]);
  assert.deepEqual(await files.list(pod), ["bound", "memory", "scratch"]);
  assert.ok(await files.usedBytes(`${pod}/memory`) > 0);
  await files.removeTree(pod);
  assert.deepEqual(await files.list(root), []);
}

async function useCgroups(): Promise<void> {
  const version = node.cgroupVersion();
  const values = version === 1 ? { "cpu.shares": "204" } : { "cpu.weight": "20" };
  const cgroups = linuxCgroups({ version, driver: "cgroupfs", clock });
  await cgroups.ensure({ path: `${cgroup}/pod`, values });
  await cgroups.remove(cgroup);
}

async function readFacts(): Promise<void> {
  const version = node.cgroupVersion();
  assert.ok(node.memoryFacts().totalBytes > 0);
  assert.ok(node.cpuCapacityMilli() > 0);
  assert.ok(machine.cgroupControllers(version).includes("cpu"));
  node.swapAccounting(version);
  const port = linuxMachine();
  await port.identity();
  await port.memory();
  await port.cgroupMemory("/missing");
  await port.fileSystem("/var/lib/missing");
  await port.processes();
  await port.addresses();
  await node.hostsFile();
  machine.boardModel();
  machine.bootFile();
  machine.ipForward();
  assert.ok(machine.diskFacts("/var/lib/missing").totalBytes > 0);
}

/** Nobody listens: what is shown is that trying is allowed. */
async function callOut(): Promise<void> {
  assert.throws(() => sendDatagram(`${root}/notify`, "READY=1"), { code: "ENOENT" });
  const bus = systemdBus({ clock, path: `${root}/private` });
  await assert.rejects(bus.call({ member: "StopUnit", args: [] }), /No such file/);
}

// The reason why the adapters go by way of libc: should this change, they can be simpler.
assert.throws(() => Deno.readTextFileSync("/proc/meminfo"), Deno.errors.NotCapable);
await useFiles();
await useCgroups();
await readFacts();
await callOut();
console.log("all done");
