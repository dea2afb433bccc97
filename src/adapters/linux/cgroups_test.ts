/** What cannot be had on every machine, on folders that look like it: cgroup v2, a missing controller, systemd. */
import assert from "node:assert/strict";
import { fakeClock } from "../../../tests/fakes/clock.ts";
import type { Cgroups } from "../../ports/cgroups.ts";
import { NotFound } from "../../ports/errors.ts";
import { linuxCgroups } from "./cgroups.ts";
import type { ManagerCall, SystemdBus } from "./systemd_bus.ts";

/** A folder with the files that the kernel would put into each cgroup. */
function folderV2(cgroups: readonly string[], controllers: string): string {
  const mount = Deno.makeTempDirSync({ prefix: "skerry-cgroup-" });
  for (const path of ["", ...cgroups]) {
    Deno.mkdirSync(mount + path, { recursive: true });
    Deno.writeTextFileSync(`${mount}${path}/cgroup.controllers`, controllers);
    Deno.writeTextFileSync(`${mount}${path}/cgroup.subtree_control`, "cpuset\n");
    Deno.writeTextFileSync(`${mount}${path}/memory.max`, "max\n");
    Deno.writeTextFileSync(`${mount}${path}/cpu.weight`, "100\n");
  }
  return mount;
}

function v2On(mount: string, bus?: SystemdBus): Cgroups {
  return linuxCgroups({
    version: 2,
    driver: bus === undefined ? "cgroupfs" : "systemd",
    clock: fakeClock(),
    mounts: [{ path: mount, type: "cgroup2", options: ["rw"] }],
    ...(bus && { bus }),
  });
}

Deno.test("with v2 every parent hands the controllers down, and the cgroup gets its values", async () => {
  const mount = folderV2(["/kubepods", "/kubepods/pod1"], "cpuset cpu io memory pids\n");
  await v2On(mount).ensure({ path: "/kubepods/pod1", values: { "memory.max": "1000" } });
  const read = (path: string): string => Deno.readTextFileSync(mount + path);
  assert.match(read("/cgroup.subtree_control"), /^\+cpu \+memory \+pids/);
  assert.match(read("/kubepods/cgroup.subtree_control"), /^\+cpu \+memory \+pids/);
  assert.equal(read("/kubepods/pod1/cgroup.subtree_control"), "cpuset\n");
  assert.match(read("/kubepods/pod1/memory.max"), /^1000/);
  await Deno.remove(mount, { recursive: true });
});

Deno.test("a controller that the machine lacks is named", async () => {
  const mount = folderV2([], "cpu pids\n");
  const values = { "memory.max": "1000", "cpu.weight": "10" };
  await assert.rejects(v2On(mount).ensure({ path: "/kubepods", values }), {
    name: "Failed",
    message: "the cgroup controller memory is not available on this machine",
  });
  const v1 = linuxCgroups({
    version: 1,
    driver: "cgroupfs",
    clock: fakeClock(),
    mounts: [{ path: mount, type: "cgroup", options: ["rw", "cpu", "cpuacct"] }],
  });
  await assert.rejects(v1.ensure({ path: "/kubepods", values: { "memory.limit_in_bytes": "1" } }), {
    message: "the cgroup controller memory is not mounted on this machine",
  });
  await Deno.remove(mount, { recursive: true });
});

const slice = "/kubepods.slice/kubepods-besteffort.slice";

/** A bus that makes the slice's cgroup as systemd would. */
function recordingBus(mount: () => string): { calls: ManagerCall[]; bus: SystemdBus } {
  const calls: ManagerCall[] = [];
  const call = (request: ManagerCall): Promise<void> => {
    calls.push(request);
    if (request.member === "StopUnit") return Promise.reject(new NotFound("no such unit"));
    Deno.mkdirSync(mount() + slice, { recursive: true });
    return Promise.resolve();
  };
  return { calls, bus: { call } };
}

Deno.test("with systemd a slice is started, then changed, then stopped", async () => {
  const mount = folderV2(["/kubepods.slice"], "cpu memory pids\n");
  const { calls, bus } = recordingBus(() => mount);
  const cgroups = v2On(mount, bus);
  await assert.rejects(cgroups.ensure({ path: slice, values: { "cpu.weight": "1" } }), {
    message: /cpu.weight: no such file/,
  });
  Deno.writeTextFileSync(`${mount}${slice}/cpu.weight`, "1\n");
  await cgroups.ensure({ path: slice, values: { "cpu.weight": "1" } });
  Deno.removeSync(`${mount}${slice}/cpu.weight`);
  await cgroups.remove(slice);
  await cgroups.remove(slice);
  assert.deepEqual(calls.map(({ member }) => member), [
    "StartTransientUnit",
    "SetUnitProperties",
    "StopUnit",
  ]);
  assert.deepEqual(calls[0]?.args[0], { type: "s", value: "kubepods-besteffort.slice" });
  await Deno.remove(mount, { recursive: true });
});
