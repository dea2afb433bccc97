/** The script that stands in for the compiled program: it must not be noticed. */
import assert from "node:assert/strict";
import { PERMISSIONS } from "../../deploy/runtime.ts";
import { wrapperScript } from "../../deploy/wrapper.ts";
import { tryRun } from "../lab/run.ts";

/** Says who it is; ends by itself, or with 9 on SIGTERM when it is told to stay. */
const PROGRAM = `
Deno.addSignalListener("SIGTERM", () => Deno.exit(9));
console.log(JSON.stringify({ pid: Deno.pid, args: Deno.args }));
if (Deno.args[0] !== "stay") Deno.exit(7);
setInterval(() => {}, 1000);
`;

async function withPrefix(work: (prefix: string) => Promise<void>): Promise<void> {
  const dir = await Deno.makeTempDir({ prefix: "skerry wrapper'test-" });
  const prefix = `${dir}/usr/local`;
  try {
    await Deno.mkdir(`${prefix}/bin`, { recursive: true });
    await Deno.mkdir(`${prefix}/lib/skerry`, { recursive: true });
    await Deno.symlink(Deno.execPath(), `${prefix}/lib/skerry/deno`);
    await Deno.writeTextFile(`${prefix}/lib/skerry/skerry.js`, PROGRAM);
    await Deno.writeTextFile(`${prefix}/bin/skerry`, wrapperScript());
    await Deno.chmod(`${prefix}/bin/skerry`, 0o755);
    await work(prefix);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

Deno.test("arguments and the exit code pass through as they are", async () => {
  await withPrefix(async (prefix) => {
    const args = ["logs", "two words", "*", "", "--since=5m", "$HOME", "--help"];
    const { code, stdout, stderr } = await tryRun([`${prefix}/bin/skerry`, ...args]);
    assert.equal(code, 7, stderr);
    assert.deepEqual(JSON.parse(stdout).args, args);
    assert.equal(stderr, "");
  });
});

Deno.test("the script becomes the program, so signals are the program's own", async () => {
  await withPrefix(async (prefix) => {
    const child = new Deno.Command(`${prefix}/bin/skerry`, {
      args: ["stay"],
      stdout: "piped",
      stderr: "null",
    }).spawn();
    const reader = child.stdout.getReader();
    const { value } = await reader.read();
    assert.equal(JSON.parse(new TextDecoder().decode(value)).pid, child.pid);
    child.kill("SIGTERM");
    assert.equal((await child.status).code, 9);
    await reader.cancel();
  });
});

Deno.test("it needs neither HOME nor DENO_DIR, as in a service", async () => {
  await withPrefix(async (prefix) => {
    const bare = ["env", "-i", "PATH=/usr/bin:/bin", `${prefix}/bin/skerry`, "again"] as const;
    const { code, stdout, stderr } = await tryRun(bare, { cwd: "/" });
    assert.equal(code, 7, stderr);
    assert.deepEqual(JSON.parse(stdout).args, ["again"]);
  });
});

Deno.test("a link to it from elsewhere works", async () => {
  await withPrefix(async (prefix) => {
    await Deno.symlink(`${prefix}/bin/skerry`, `${prefix}/sk`);
    assert.equal((await tryRun([`${prefix}/sk`])).code, 7);
  });
});

Deno.test("it grants what the compiled program is granted", () => {
  const script = wrapperScript();
  for (const permission of PERMISSIONS) assert.ok(script.includes(` ${permission} `), permission);
  assert.doesNotMatch(script, /allow-all| -A /);
});
