/** The suite of the kernel's counters against this machine, and what only a real file system shows. Needs root. */
import assert from "node:assert/strict";
import { systemClock } from "../../../src/adapters/clock.ts";
import { cgroupVersion } from "../../../src/adapters/linux/node_facts.ts";
import { linuxStats } from "../../../src/adapters/linux/stats.ts";
import { temporaryFolder } from "../../fakes/temporary_folder.ts";
import { cgroupDirs, createCgroup, removeCgroup } from "../../lab/cgroups.ts";
import { type StatsSubject, statsSuite } from "../stats_suite.ts";

const clock = systemClock();

async function machine(): Promise<StatsSubject> {
  const version = cgroupVersion();
  const top = `/skerry-test-${crypto.getRandomValues(new Uint8Array(4)).toHex()}`;
  const busy = `${top}/busy`;
  createCgroup(top);
  createCgroup(busy);
  const script =
    "read -r go; i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done; echo; exec sleep 60";
  const process = new Deno.Command("sh", {
    args: ["-c", script],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  for (const dir of cgroupDirs(busy)) {
    Deno.writeTextFileSync(`${dir}/cgroup.procs`, `${process.pid}`);
  }
  const go = process.stdin.getWriter();
  await go.write(new TextEncoder().encode("\n"));
  await go.close();
  const output = process.stdout.getReader();
  await output.read();
  return {
    stats: linuxStats({ version, clock }),
    busy,
    now: clock.now,
    async [Symbol.asyncDispose]() {
      process.kill("SIGKILL");
      await process.status;
      await output.cancel();
      if (!(await removeCgroup(top))) throw new Error(`the cgroup ${top} is left behind`);
    },
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
