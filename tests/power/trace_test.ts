import assert from "node:assert/strict";
import { readTrace } from "./trace.ts";

const hex = (text: string): string =>
  [...new TextEncoder().encode(text)].map((byte) => `\\x${byte.toString(16).padStart(2, "0")}`)
    .join("");
const file = (name: string): string => hex(`/site/${name}`);
const read = (...lines: readonly string[]) => readTrace(lines.join("\n"), { folder: "/site" });
const bytes = (text: string) => new TextEncoder().encode(text);
const opened = `7 openat(AT_FDCWD<${hex("/")}>, "${
  file("db")
}", O_RDWR|O_CREAT|O_CLOEXEC, 0644) = 5<${file("db")}>`;

Deno.test("what strace says is read as operations", () => {
  const cases: readonly (readonly [string, unknown])[] = [
    [`7 pwrite64(5<${file("db")}>, "${hex("abc")}", 3, 4096) = 3`, {
      kind: "Write",
      name: "db",
      at: 4096,
      bytes: bytes("abc"),
    }],
    [`7 ftruncate(5<${file("db")}>, 512) = 0`, { kind: "Truncate", name: "db", size: 512 }],
    [`7 fsync(5<${file("db")}>) = 0`, { kind: "Sync", name: "db" }],
    [`7 fdatasync(5<${file("db")}>) = 0`, { kind: "Sync", name: "db" }],
    [`7 fsync(6<${hex("/site")}>) = 0`, { kind: "SyncFolder" }],
    [`7 rename("${file("db")}", "${file("old")}") = 0`, { kind: "Rename", name: "db", to: "old" }],
    [`7 unlink("${file("db")}") = 0`, { kind: "Remove", name: "db" }],
    [`7 write(9<${file("says")}>, "${hex("done")}", 4) = 4`, { kind: "Say", text: "done" }],
  ];
  for (const [line, operation] of cases) assert.deepEqual(read(line), [operation], line);
});

Deno.test("a file is created once, and truncated where it is opened so", () => {
  const again = opened.replace("O_CREAT", "O_CREAT|O_TRUNC");
  assert.deepEqual(read(opened, opened, again), [
    { kind: "Create", name: "db" },
    { kind: "Truncate", name: "db", size: 0 },
  ]);
});

Deno.test("writes without an offset follow each other; of a short one counts what was taken", () => {
  const write = (text: string, taken: number) =>
    `7 write(5<${file("db")}>, "${hex(text)}", ${text.length}) = ${taken}`;
  assert.deepEqual(read(opened, write("abc", 2), write("de", 2)).slice(1), [
    { kind: "Write", name: "db", at: 0, bytes: bytes("ab") },
    { kind: "Write", name: "db", at: 2, bytes: bytes("de") },
  ]);
});

Deno.test("a call that another thread interrupted is read at its end", () => {
  assert.deepEqual(
    read(
      `7 fsync(5<${file("db")}> <unfinished ...>`,
      `8 unlink("${file("x")}") = 0`,
      `7 <... fsync resumed>) = 0`,
    ),
    [{ kind: "Remove", name: "x" }, { kind: "Sync", name: "db" }],
  );
});

Deno.test("what failed, files elsewhere and the shared memory of SQLite are left out", () => {
  const lines = [
    `7 unlink("${file("db")}") = -1 ENOENT (No such file or directory)`,
    `7 pwrite64(5<${hex("/other/db")}>, "${hex("abc")}", 3, 0) = 3`,
    `7 pwrite64(5<${file("db-shm")}>, "${hex("abc")}", 3, 0) = 3`,
    `7 write(1<${hex("pipe:[1]")}>, "${hex("abc")}", 3) = 3`,
    "7 +++ exited with 0 +++",
  ];
  assert.deepEqual(read(...lines), []);
});

Deno.test("what is not known here is not passed over", () => {
  assert.throws(
    () => read(`7 fallocate(5<${file("db")}>, 0, 0, 4096) = 0`),
    /fallocate of a file of the folder/,
  );
});
