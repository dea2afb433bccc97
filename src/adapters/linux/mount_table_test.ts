/** What is read from the kernel's list of mounts. */
import assert from "node:assert/strict";
import { hierarchiesV1 } from "./cgroup_hierarchies.ts";
import { mountsWithin, parseMounts } from "./mount_table.ts";

const text = [
  "22 27 0:21 / /proc rw,relatime - proc proc rw",
  "40 27 0:50 / /pods/a/memory rw shared:7 - tmpfs tmpfs rw,size=64k",
  "41 40 0:51 / /pods/a/memory/deeper rw - tmpfs tmpfs rw",
  "42 27 0:52 / /pods/a/with\\040blank\\134 rw - ext4 /dev/vda rw",
  "43 27 0:53 / /pods/ab rw - tmpfs tmpfs rw",
  "44 40 0:54 / /pods/a/memory rw - tmpfs tmpfs rw",
  "50 27 0:60 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct",
  "51 27 0:61 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory",
  "52 27 0:62 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,xattr,name=systemd",
  "53 27 0:61 / /elsewhere/memory rw - cgroup cgroup rw,memory",
  "",
].join("\n");

Deno.test("mountinfo is read with its optional fields and its escapes", () => {
  const mounts = parseMounts(text);
  assert.equal(mounts.length, 10);
  assert.deepEqual(mounts[1], {
    path: "/pods/a/memory",
    type: "tmpfs",
    options: ["rw", "size=64k"],
  });
  assert.equal(mounts[3]?.path, "/pods/a/with blank\\");
});

Deno.test("what lies within a path is listed so that it can be unmounted", () => {
  assert.deepEqual(mountsWithin(parseMounts(text), "/pods/a").map(({ path }) => path), [
    "/pods/a/memory/deeper",
    "/pods/a/memory",
    "/pods/a/with blank\\",
    "/pods/a/memory",
  ]);
});

Deno.test("a hierarchy has its controllers; named ones have none, and one mounted twice counts once", () => {
  assert.deepEqual(hierarchiesV1(parseMounts(text)), [
    { path: "/sys/fs/cgroup/cpu,cpuacct", controllers: ["cpu", "cpuacct"] },
    { path: "/sys/fs/cgroup/memory", controllers: ["memory"] },
  ]);
});
