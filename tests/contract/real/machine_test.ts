/** The machine's suite against this one, and the memory of a cgroup, which only a kernel can count. Needs root. */
import assert from "node:assert/strict";
import { systemClock } from "../../../src/adapters/clock.ts";
import { linuxCgroups } from "../../../src/adapters/linux/cgroups.ts";
import { linuxMachine } from "../../../src/adapters/linux/machine.ts";
import { cgroupVersion } from "../../../src/adapters/linux/node_facts.ts";
import { machineSuite } from "../machine_suite.ts";

machineSuite("this machine", linuxMachine);

Deno.test("this machine: a cgroup has memory once it has a limit", async () => {
  const version = cgroupVersion();
  const cgroups = linuxCgroups({ version, driver: "cgroupfs", clock: systemClock() });
  const path = `/skerry-test-${crypto.getRandomValues(new Uint8Array(4)).toHex()}`;
  const machine = linuxMachine();
  const limit = 64 * 1024 * 1024;
  const file = version === 1 ? "memory.limit_in_bytes" : "memory.max";
  try {
    await cgroups.ensure({ path, values: {} });
    assert.equal(await machine.cgroupMemory(path), null);
    await cgroups.ensure({ path, values: { [file]: `${limit}` } });
    const { capacityBytes, workingSetBytes } = await machine.cgroupMemory(path) ?? {};
    assert.equal(capacityBytes, limit);
    assert.equal(workingSetBytes, 0);
  } finally {
    await cgroups.remove(path);
  }
});
