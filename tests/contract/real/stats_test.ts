/** The suite of the kernel's counters against this machine, and what only a real file system shows. Needs root. */
import assert from "node:assert/strict";
import { systemClock } from "../../../src/adapters/clock.ts";
import { cgroupVersion } from "../../../src/adapters/linux/node_facts.ts";
import { linuxStats } from "../../../src/adapters/linux/stats.ts";
import { temporaryFolder } from "../../fakes/temporary_folder.ts";
import { cgroupDirs, createCgroup, removeCgroup } from "../../lab/cgroups.ts";
import { type StatsSubject, statsSuite } from "../stats_suite.ts";

const clock = systemClock();

/** A cgroup with a process in it that has used some processor time. */
interface Busy extends AsyncDisposable {
  readonly path: string;
}

async function busyCgroup(): Promise<Busy> {
  const top = `/skerry-test-${crypto.getRandomValues(new Uint8Array(4)).toHex()}`;
  const path = `${top}/busy`;
  createCgroup(top);
  createCgroup(path);
  const script =
    "read -r go; i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done; echo; exec sleep 60";
  const process = new Deno.Command("sh", {
    args: ["-c", script],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  for (const dir of cgroupDirs(path)) {
    Deno.writeTextFileSync(`${dir}/cgroup.procs`, `${process.pid}`);
  }
  const go = process.stdin.getWriter();
  await go.write(new TextEncoder().encode("\n"));
  await go.close();
  const output = process.stdout.getReader();
  await output.read();
  return {
    path,
    async [Symbol.asyncDispose]() {
      process.kill("SIGKILL");
      await process.status;
      await output.cancel();
      if (!(await removeCgroup(top))) throw new Error(`the cgroup ${top} is left behind`);
    },
  };
}

async function machine(): Promise<StatsSubject> {
  const busy = await busyCgroup();
  return {
    stats: linuxStats({ version: cgroupVersion(), clock }),
    busy: busy.path,
    now: clock.now,
    [Symbol.asyncDispose]: () => busy[Symbol.asyncDispose](),
  };
}

statsSuite("this machine's stats", machine);

Deno.test("stats: what a tree takes up, and the files of a directory", async () => {
  using folder = temporaryFolder();
  const stats = linuxStats({ version: cgroupVersion(), clock });
  const top = `${folder.path}/top`;
  await Deno.mkdir(`${top}/below`, { recursive: true });
  const empty = await stats.tree(top) ?? assert.fail();
  assert.equal(empty.inodesUsed, 2);
  await Deno.writeTextFile(`${top}/file`, "x".repeat(5000));
  await Deno.writeTextFile(`${top}/below/file`, "x");
  await Deno.link(`${top}/file`, `${top}/below/again`);
  const full = await stats.tree(top) ?? assert.fail();
  assert.deepEqual(full, { usedBytes: empty.usedBytes + 8192 + 4096, inodesUsed: 4 });
  assert.deepEqual(await stats.files(top), { usedBytes: 8192, inodesUsed: 1 });
});

Deno.test("stats: the kernel's own hierarchy of version 2, with or without controllers", async () => {
  await using busy = await busyCgroup();
  const stats = linuxStats({ version: 2, clock });
  const { cpu, ioPressure } = await stats.usage(busy.path) ?? assert.fail();
  assert.ok(cpu !== null && cpu.usageNs > 0);
  assert.ok(cpu.pressure !== null && ioPressure !== null);
  assert.equal((await stats.processes(busy.path)).length, 1);
  const details = await stats.details(busy.path) ?? assert.fail();
  assert.ok(details.userNs + details.systemNs <= cpu.usageNs + 1e9);
  assert.ok(await stats.createdAt(busy.path) !== null);
  assert.equal(await stats.usage(`${busy.path}-gone`), null);
});

Deno.test("stats: a hierarchy of version 2, by files that were recorded", async () => {
  using folder = temporaryFolder();
  const mounts = [{ path: folder.path, type: "cgroup2", options: [] }];
  const stats = linuxStats({ version: 2, clock, mounts });
  await Deno.mkdir(`${folder.path}/pods/one`, { recursive: true });
  const files = {
    "cpu.stat": "usage_usec 5000\nuser_usec 3000\nsystem_usec 2000\n",
    "memory.current": "8192\n",
    "memory.stat": "anon 4096\nfile 4096\ninactive_file 2048\n",
    "memory.max": "max\n",
    "cgroup.procs": "7\n8\n",
    "cgroup.events": "populated 1\nfrozen 0\n",
  };
  for (const [name, text] of Object.entries(files)) {
    await Deno.writeTextFile(`${folder.path}/pods/one/${name}`, text);
  }
  const { cpu, memory } = await stats.usage("/pods/one") ?? assert.fail();
  assert.equal(cpu?.usageNs, 5_000_000);
  assert.deepEqual([memory?.workingSetBytes, memory?.limitBytes], [6144, null]);
  assert.deepEqual(await stats.processes("/pods/one"), [7, 8]);
  assert.deepEqual(await stats.children("/pods"), ["one"]);
  assert.equal((await stats.details("/pods/one"))?.userNs, 3_000_000);
});
