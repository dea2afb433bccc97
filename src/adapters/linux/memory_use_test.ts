/** Memory in use, as the files of either cgroup version tell of it. */
import assert from "node:assert/strict";
import { type TemporaryFolder, temporaryFolder } from "../../../tests/fakes/temporary_folder.ts";
import { cgroupMemory, machineMemory, memoryPlace } from "./memory_use.ts";

const total = Deno.systemMemoryInfo().total;
const none = { hugePagesBytes: 0 };

/** A hierarchy in a folder, with the files of the root and of `/pods`. */
function hierarchy(
  { root, pods }: {
    readonly root: Readonly<Record<string, string>>;
    readonly pods: Readonly<Record<string, string>>;
  },
): TemporaryFolder {
  const folder = temporaryFolder();
  Deno.mkdirSync(`${folder.path}/pods`);
  for (const [dir, files] of [[folder.path, root], [`${folder.path}/pods`, pods]] as const) {
    for (const [name, text] of Object.entries(files)) {
      Deno.writeTextFileSync(`${dir}/${name}`, text);
    }
  }
  return folder;
}

Deno.test("with version 1, pages of files that nobody uses do not count as used", () => {
  using files = hierarchy({
    root: {
      "memory.stat": "inactive_file 1\ntotal_inactive_file 300\n",
      "memory.usage_in_bytes": "1000\n",
    },
    pods: {
      "memory.stat": "total_inactive_file 40\n",
      "memory.usage_in_bytes": "100\n",
      "memory.limit_in_bytes": "500\n",
    },
  });
  const place = { mount: files.path, version: 1 } as const;
  assert.deepEqual(machineMemory(place, none), { capacityBytes: total, workingSetBytes: 700 });
  assert.equal(machineMemory(place, { hugePagesBytes: 50 }).workingSetBytes, 750);
  assert.deepEqual(cgroupMemory(place, "/pods"), { capacityBytes: 500, workingSetBytes: 60 });
});

Deno.test("with version 2, the root tells only of what memory is used", () => {
  using files = hierarchy({
    root: { "memory.stat": "anon 600\nfile 400\ninactive_file 100\n" },
    pods: { "memory.stat": "inactive_file 40\n", "memory.current": "30\n", "memory.max": "500\n" },
  });
  const place = { mount: files.path, version: 2 } as const;
  assert.deepEqual(machineMemory(place, none), { capacityBytes: total, workingSetBytes: 900 });
  assert.deepEqual(cgroupMemory(place, "/pods"), { capacityBytes: 500, workingSetBytes: 0 });
});

Deno.test("a cgroup without a limit, or none, tells nothing", () => {
  using files = hierarchy({
    root: {},
    pods: { "memory.limit_in_bytes": "9223372036854771712\n", "memory.max": "max\n" },
  });
  for (const version of [1, 2] as const) {
    assert.equal(cgroupMemory({ mount: files.path, version }, "/pods"), null);
    assert.equal(cgroupMemory({ mount: files.path, version }, "/none"), null);
  }
});

Deno.test("a kernel that does not count memory still knows what is available", () => {
  const place = memoryPlace([{ path: "/sys/fs/cgroup", type: "tmpfs", options: [] }], 1);
  assert.equal(place, null);
  const { capacityBytes, workingSetBytes } = machineMemory(place, none);
  assert.equal(capacityBytes, total);
  assert.ok(workingSetBytes > 0 && workingSetBytes < total);
});
