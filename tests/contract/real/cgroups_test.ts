/** The cgroups' suite against the kernel's cgroup v1, and what only that can show. Needs root. */
import assert from "node:assert/strict";
import { systemClock } from "../../../src/adapters/clock.ts";
import { linuxCgroups } from "../../../src/adapters/linux/cgroups.ts";
import { cgroupDirs, cgroupMounts, removeCgroup } from "../../lab/cgroups.ts";
import { type CgroupsSubject, cgroupsSuite } from "../cgroups_suite.ts";

const controllers = ["cpu", "memory", "pids"];

/** Directories of the cgroup where a controller's file shows that it is the right hierarchy. */
function dirsOf(path: string): readonly string[] {
  const files = ["cpu.shares", "memory.limit_in_bytes", "pids.max"];
  return cgroupDirs(path).filter((dir) => files.some((file) => isThere(`${dir}/${file}`)));
}

function isThere(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}

function fileOf(path: string, file: string): string {
  const dir = cgroupDirs(path).find((candidate) => isThere(`${candidate}/${file}`));
  if (dir === undefined) throw new Error(`no hierarchy has ${path}/${file}`);
  return `${dir}/${file}`;
}

function realSubject(): Promise<CgroupsSubject> {
  const root = `/skerry-test-${crypto.getRandomValues(new Uint8Array(4)).toHex()}`;
  return Promise.resolve({
    cgroups: linuxCgroups({ version: 1, driver: "cgroupfs", clock: systemClock() }),
    root,
    exists: (path) => dirsOf(path).length === controllers.length,
    isGone: (path) => cgroupDirs(path).length === 0,
    valueOf: (path, file) => Deno.readTextFileSync(fileOf(path, file)).trim(),
    occupy: (path) => {
      const sleeper = new Deno.Command("sleep", { args: ["60"] }).spawn();
      const pids = fileOf(path, "pids.max").replace(/pids\.max$/, "cgroup.procs");
      Deno.writeTextFileSync(pids, `${sleeper.pid}`);
      return async () => {
        sleeper.kill("SIGKILL");
        await sleeper.status;
      };
    },
    [Symbol.asyncDispose]: async () => {
      if (!(await removeCgroup(root))) throw new Error(`the cgroup ${root} is left behind`);
    },
  });
}

cgroupsSuite("cgroup v1", realSubject);

Deno.test("a runtime's cgroups in other hierarchies are removed too", async () => {
  await using subject = await realSubject();
  const path = `${subject.root}/pod1`;
  await subject.cgroups.ensure({ path, values: {} });
  for (const mount of cgroupMounts()) {
    Deno.mkdirSync(`${mount}${path}/container`, { recursive: true });
  }
  await subject.cgroups.remove(path);
  assert.ok(subject.isGone(path));
});

Deno.test("a cpuset made by hand has its parent's CPUs and memory nodes", async () => {
  await using subject = await realSubject();
  const path = `${subject.root}/pod1`;
  await subject.cgroups.ensure({ path, values: { "cpuset.cpus": "0" } });
  assert.equal(subject.valueOf(path, "cpuset.cpus"), "0");
  assert.notEqual(subject.valueOf(path, "cpuset.mems"), "");
  assert.notEqual(subject.valueOf(subject.root, "cpuset.cpus"), "");
});

Deno.test("values arrive in the order given, and no limit is -1", async () => {
  await using subject = await realSubject();
  const path = `${subject.root}/pod1`;
  const period = { "cpu.cfs_period_us": "50000" };
  await subject.cgroups.ensure({ path, values: { ...period, "cpu.cfs_quota_us": "25000" } });
  assert.equal(subject.valueOf(path, "cpu.cfs_quota_us"), "25000");
  await subject.cgroups.ensure({ path, values: { ...period, "cpu.cfs_quota_us": "-1" } });
  assert.equal(subject.valueOf(path, "cpu.cfs_quota_us"), "-1");
});

Deno.test("a value that the kernel refuses names the file", async () => {
  await using subject = await realSubject();
  const path = `${subject.root}/pod1`;
  await assert.rejects(subject.cgroups.ensure({ path, values: { "cpu.shares": "many" } }), {
    name: "Failed",
    message: /^write \S+\/pod1\/cpu\.shares: invalid argument$/,
  });
  await assert.rejects(subject.cgroups.ensure({ path, values: { "memory.nonsense": "1" } }), {
    message: /\/memory\.nonsense: no such file or directory$/,
  });
});

Deno.test("a hierarchy's root is not removed", async () => {
  const { cgroups } = await realSubject();
  for (const path of ["", "/", "//kubepods"]) {
    await assert.rejects(cgroups.remove(path), { name: "Invalid" });
  }
});
