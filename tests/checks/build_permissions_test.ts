/** The permissions of deploy/runtime.ts keep the program from what it has no business with. */
import assert from "node:assert/strict";
import { denoRunArgs, PERMISSIONS } from "../../deploy/runtime.ts";
import { CREDENTIAL_PLUGIN } from "../../src/core/kube/exec_plugin.ts";
import { tryRun } from "../lab/run.ts";

async function attempt(code: string): Promise<string> {
  const path = await Deno.makeTempFile({ suffix: ".js" });
  try {
    await Deno.writeTextFile(path, code);
    const { stdout, stderr } = await tryRun([Deno.execPath(), ...denoRunArgs(path)], {
      env: { NO_COLOR: "1" },
    });
    return stdout + stderr;
  } finally {
    await Deno.remove(path);
  }
}

const refused: readonly (readonly [what: string, code: string])[] = [
  ["starting a program that is not on the list", `new Deno.Command("true").outputSync()`],
  ["starting a shell", `new Deno.Command("/bin/sh", { args: ["-c", "id"] }).outputSync()`],
  ["starting Deno itself", `new Deno.Command(Deno.execPath(), { args: ["-V"] }).outputSync()`],
  ["loading code from elsewhere", `await import("data:text/javascript,1".replace("data", "http"))`],
  ["loading a package", `await import("npm:" + "yaml")`],
];

for (const [what, code] of refused) {
  Deno.test(`${what} is refused`, async () => {
    assert.match(await attempt(code), /NotCapable|Requires \w+ access|remote|npm|Unsupported/i);
  });
}

Deno.test("what the agent does all day is not", async () => {
  const code = `
    Deno.readTextFileSync("/etc/passwd"); Deno.env.get("HOME"); Deno.hostname(); Deno.uid();
    Deno.dlopen("libc.so.6", { getpid: { parameters: [], result: "i32" } }).close();
    for (const program of ["ctr", "systemctl", "${CREDENTIAL_PLUGIN}"]) {
      try { new Deno.Command(program, { args: ["--version"] }).outputSync() }
      catch (error) { if (!(error instanceof Deno.errors.NotFound)) throw error }
    }
    console.log("done");`;
  assert.equal(await attempt(code), "done\n");
});

Deno.test("every permission is named by itself", () => {
  assert.ok(PERMISSIONS.includes("--no-prompt"));
  for (const permission of PERMISSIONS) {
    assert.match(
      permission,
      /^--(no-prompt|allow-(read|write|net|ffi|sys|env)|allow-run=ctr,systemctl,\/etc\/skerry\/[\w-]+)$/,
    );
  }
});
