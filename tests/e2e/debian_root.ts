/** A root of a test's own in which the machine's dpkg installs packages, their maintainer scripts included. */
import { dirname } from "node:path";
import { findProgram } from "../lab/parts.ts";
import { run, type RunResult, tryRun } from "../lab/run.ts";

const DPKG = ["status", "available", "info/", "updates/", "triggers/"];
/** What maintainer scripts of every package may count on. */
const TOOLS = ["awk", "cp", "find", "grep", "rm", "sh"];

async function script(path: string, text: string): Promise<void> {
  await Deno.writeTextFile(path, text);
  await Deno.chmod(path, 0o755);
}

/** The machine's own, with the libraries that it is linked to. */
async function copyTool(root: string, name: string): Promise<void> {
  const program = await findProgram(name);
  if (program === undefined) throw new Error(`this machine has no ${name}`);
  await Deno.copyFile(program, `${root}/bin/${name}`);
  const { stdout } = await run(["ldd", program]);
  for (const [, library = ""] of stdout.matchAll(/\s(\/\S+) \(0x/g)) {
    await Deno.mkdir(`${root}${dirname(library)}`, { recursive: true });
    await Deno.copyFile(library, `${root}${library}`);
  }
}

/** A root in which dpkg can work: a shell with its tools, and in systemd's place a script that writes down what it is asked for. */
export async function debianRoot(root: string): Promise<void> {
  for (const path of ["bin", "dev", "usr/bin", "proc/self", "run", "var/lib/dpkg"]) {
    await Deno.mkdir(`${root}/${path}`, { recursive: true });
  }
  for (const path of DPKG.map((each) => `${root}/var/lib/dpkg/${each}`)) {
    await (path.endsWith("/") ? Deno.mkdir(path) : Deno.writeTextFile(path, ""));
  }
  for (const name of TOOLS) await copyTool(root, name);
  for (const path of ["proc/self/mounts", "dev/null"]) {
    await Deno.writeTextFile(`${root}/${path}`, "");
  }
  await script(`${root}/usr/bin/deb-systemd-helper`, '#!/bin/sh\necho "$@" >>/asked\n');
}

/** dpkg on that root; what it depends on is not there. */
export async function dpkg(root: string, ...args: readonly string[]): Promise<RunResult> {
  const options = [`--root=${root}`, "--force-depends", "--force-confold", "--log=/dev/null"];
  return await tryRun(["dpkg", ...options, ...args], { env: { PATH: Deno.env.get("PATH") ?? "" } });
}
