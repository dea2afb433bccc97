/** What every machine must tell. */
import assert from "node:assert/strict";
import type { Machine } from "../../src/ports/machine.ts";

export function machineSuite(name: string, open: () => Machine): void {
  Deno.test(name, async (t) => {
    const machine = open();
    for (const [what, body] of Object.entries(cases)) await t.step(what, () => body(machine));
  });
}

type Case = (machine: Machine) => Promise<void>;

const cases: Readonly<Record<string, Case>> = {
  "it says which machine, kernel and system it is": async (machine) => {
    const identity = await machine.identity();
    for (const key of ["bootId", "kernelVersion", "osImage"] as const) {
      assert.match(identity[key], /^\S[^\n]*$/, key);
    }
    assert.ok(["amd64", "arm64"].includes(identity.architecture));
    assert.deepEqual(await machine.identity(), identity);
  },

  "it has processors and memory": async (machine) => {
    const { cpus, memoryBytes, swapBytes, hugePages } = await machine.size();
    assert.ok(Number.isInteger(cpus) && cpus >= 1);
    assert.ok(memoryBytes > 0 && swapBytes >= 0);
    for (const { pageBytes, count } of hugePages) assert.ok(pageBytes > 4096 && count >= 0);
  },

  "what is in use is not more than there is": async (machine) => {
    const memory = await machine.memory();
    assert.equal(memory.capacityBytes, (await machine.size()).memoryBytes);
    assert.ok(memory.workingSetBytes > 0 && memory.workingSetBytes <= memory.capacityBytes);
    const { running, max } = await machine.processes();
    assert.ok(running > 0 && running < max);
  },

  "a file system is that of the nearest directory that is there": async (machine) => {
    const root = await machine.fileSystem("/");
    assert.ok(root.availableBytes > 0 && root.availableBytes <= root.capacityBytes);
    assert.ok(root.usedBytes > 0 && root.usedBytes + root.availableBytes <= root.capacityBytes);
    assert.ok(root.inodesFree <= root.inodes);
    const missing = await machine.fileSystem("/missing/deep/down");
    assert.equal(missing.capacityBytes, root.capacityBytes);
  },

  "a cgroup that is not there has no memory": async (machine) => {
    assert.equal(await machine.cgroupMemory("/skerry-suite-missing"), null);
  },

  "the address of a default route is one of the machine's": async (machine) => {
    const { all, defaultV4, defaultV6 } = await machine.addresses();
    for (const address of [defaultV4, defaultV6].filter((each) => each !== "")) {
      assert.ok(all.includes(address), address);
    }
    assert.ok(all.includes("127.0.0.1"));
  },

  "what is mounted over the network has an absolute path": async (machine) => {
    assert.ok((await machine.networkMounts()).every((path) => path.startsWith("/")));
  },
};
