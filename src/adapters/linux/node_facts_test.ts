/** The machine's facts, against what Deno says of the same where it does. */
import assert from "node:assert/strict";
import { boardModel, bootFile, cgroupControllers, diskFacts } from "./machine_facts.ts";
import {
  cgroupVersion,
  cpuCapacityMilli,
  hostsFile,
  memoryFacts,
  resolverConfig,
  thermalPaths,
} from "./node_facts.ts";

Deno.test("memory and processors are the machine's", () => {
  const { totalBytes, swapBytes } = memoryFacts();
  assert.equal(totalBytes, Deno.systemMemoryInfo().total);
  assert.equal(swapBytes, Deno.systemMemoryInfo().swapTotal);
  assert.ok(cpuCapacityMilli() >= 1000);
});

Deno.test("what tells of the processors' heat is found where there is any", () => {
  const processors = "/sys/devices/system/cpu";
  const expected = [...Deno.readDirSync(processors)]
    .filter(({ name }) => /^cpu\d+$/.test(name))
    .map(({ name }) => `${processors}/${name}/thermal_throttle`)
    .filter((path) => {
      try {
        return Deno.statSync(path).isDirectory;
      } catch {
        return false;
      }
    });
  assert.deepEqual(thermalPaths().toSorted(), expected.toSorted());
});

Deno.test("the cgroup version has its controllers", () => {
  const controllers = cgroupControllers(cgroupVersion());
  for (const name of ["cpu", "memory", "pids"]) assert.ok(controllers.includes(name), name);
});

Deno.test("room on the disk is told for a directory that is not there yet", () => {
  const there = diskFacts("/");
  assert.ok(there.freeBytes > 0 && there.freeBytes <= there.totalBytes);
  assert.equal(diskFacts("/missing/deep/down").totalBytes, there.totalBytes);
  assert.ok(diskFacts("/etc/passwd/below/a/file").totalBytes > 0);
});

Deno.test("a machine without a device tree has no board", () => {
  const known = Deno.build.arch === "x86_64" ? "" : boardModel();
  assert.equal(boardModel(), known);
  assert.match(bootFile(), /^\/boot\/(firmware\/)?cmdline\.txt$/);
});

Deno.test("resolver configuration and hosts are read from their files", async () => {
  const path = await Deno.makeTempFile({ prefix: "skerry-resolv-" });
  await Deno.writeTextFile(path, "nameserver 10.0.0.1\nsearch example.org\n");
  assert.deepEqual(await resolverConfig(path), {
    servers: ["10.0.0.1"],
    searches: ["example.org"],
    options: [],
  });
  await Deno.remove(path);
  assert.equal(typeof await hostsFile(), "string");
});
