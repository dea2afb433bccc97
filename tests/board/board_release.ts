/** What is copied to the board: the installer with a program that was built here for it, laid out as a release is. */
import { run } from "../lab/run.ts";
import { arm64Deno } from "./deno_runtime.ts";

const ROOT = new URL("../..", import.meta.url).pathname;
/** What a build reads, so that one with another version can be made elsewhere. */
const SOURCES = ["deno.json", "deno.lock", "deploy", "main.ts", "src"];
const VERSION_FILE = "src/core/version.ts";

/** Lays the folder down; `version` is what the program says of itself. */
export async function layRelease(
  dir: string,
  { version }: { readonly version?: string } = {},
): Promise<void> {
  const [tree, lib] = [`${dir}/tree`, `${dir}/lib/skerry`];
  for (const each of [tree, lib, `${dir}/bin`]) await Deno.mkdir(each, { recursive: true });
  await run(["cp", "-a", ...SOURCES.map((name) => `${ROOT}${name}`), tree]);
  if (version !== undefined) await setVersion(`${tree}/${VERSION_FILE}`, version);
  const build = ["run", "-q", "-A", `${tree}/deploy/build.ts`, "--bundle-only"];
  await run([Deno.execPath(), ...build], { cwd: tree });
  await Deno.rename(`${tree}/dist/skerry.js`, `${lib}/skerry.js`);
  await Deno.rename(`${tree}/dist/skerry.sh`, `${dir}/bin/skerry`);
  await Deno.rename(`${tree}/deploy`, `${dir}/deploy`);
  await Deno.copyFile(await arm64Deno(), `${lib}/deno`);
  await Deno.copyFile(`${ROOT}install.sh`, `${dir}/install.sh`);
  await Deno.writeTextFile(`${dir}/architecture`, "aarch64\n");
  await Deno.remove(tree, { recursive: true });
}

async function setVersion(path: string, version: string): Promise<void> {
  const text = await Deno.readTextFile(path);
  const changed = text.replace(/\bVERSION = "[^"]+"/, `VERSION = "${version}"`);
  if (changed === text) throw new Error(`${path} does not say the version as it used to`);
  await Deno.writeTextFile(path, changed);
}
