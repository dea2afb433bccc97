/**
 * `deno task build`: the bundle, the wrapper script, and an executable per architecture where denort can be had.
 *
 * Options: `--out DIR` (default dist), `--entry FILE` (default main.ts), `--bundle-only`.
 */
import { VERSION } from "../src/core/version.ts";
import { BuildError, bundle, checkBundle } from "./bundle.ts";
import { compile } from "./compile.ts";
import { type Arch, ARCHES, elfArch, findDenort } from "./denort.ts";
import { wrapperScript } from "./wrapper.ts";

/** Where install.sh puts the runtime and the bundle. */
const INSTALLED = {
  deno: "/usr/local/lib/skerry/deno",
  bundle: "/usr/local/lib/skerry/skerry.js",
} as const;

const ROOT = new URL("..", import.meta.url).pathname;
const EXPECTED = `skerry ${VERSION}`;

interface Options {
  readonly out: string;
  readonly entry: string;
  readonly bundleOnly: boolean;
}

function parse(args: readonly string[]): Options {
  let options: Options = { out: `${ROOT}dist`, entry: `${ROOT}main.ts`, bundleOnly: false };
  const rest = [...args];
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    if (arg === "--bundle-only") options = { ...options, bundleOnly: true };
    else if (arg === "--out") options = { ...options, out: absolute(rest.shift(), arg) };
    else if (arg === "--entry") options = { ...options, entry: absolute(rest.shift(), arg) };
    else throw new BuildError(`unknown option ${arg}; there are --out, --entry and --bundle-only`);
  }
  return options;
}

function absolute(path: string | undefined, option: string): string {
  if (path === undefined) throw new BuildError(`${option} needs a path`);
  return path.startsWith("/") ? path : `${Deno.cwd()}/${path}`;
}

async function checkDenoVersion(): Promise<void> {
  const pinned = (await Deno.readTextFile(`${ROOT}deploy/deno-version`)).trim();
  if (Deno.version.deno !== pinned) {
    throw new BuildError(
      `this is Deno ${Deno.version.deno}; deploy/deno-version asks for ${pinned}`,
    );
  }
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(2)} MB`;
}

async function buildBundle({ entry, out }: Options): Promise<string> {
  const path = `${out}/skerry.js`;
  await Deno.mkdir(out, { recursive: true });
  await bundle({ entry, out: path, root: ROOT });
  await checkBundle(path, EXPECTED);
  await Deno.writeTextFile(`${out}/skerry.sh`, wrapperScript(INSTALLED), { mode: 0o755 });
  console.log(`${path}: ${megabytes((await Deno.stat(path)).size)}, answers "${EXPECTED}"`);
  return path;
}

async function checkGivenDenort(given: string | undefined): Promise<void> {
  if (!given) return;
  const arch = await elfArch(given).catch((error: Error) => {
    throw new BuildError(`DENORT_BIN=${given}: ${error.message}`);
  });
  if (arch === undefined) {
    throw new BuildError(`DENORT_BIN=${given} is not an executable for ${ARCHES.join(" or ")}`);
  }
}

async function buildProgram(arch: Arch, { out, bundle }: { out: string; bundle: string }) {
  const path = `${out}/skerry-${arch}`;
  await Deno.remove(path).catch(() => {});
  const denort = await findDenort(arch, {
    given: Deno.env.get("DENORT_BIN"),
    denoDir: Deno.env.get("DENO_DIR") ?? `${Deno.env.get("HOME") ?? "/root"}/.cache/deno`,
    denoVersion: Deno.version.deno,
  });
  if (denort.kind === "none") {
    console.log(`${path}: not made, no denort: ${denort.reason}. The bundle runs on Deno itself.`);
    return;
  }
  const made = await compile({ arch, denort, bundle, out: path, version: EXPECTED });
  const proof = made.ran ? `answers "${EXPECTED}"` : "not run here, it is for another machine";
  console.log(
    `${path}: ${megabytes(made.fileBytes)}, of which embedded ${
      megabytes(made.embeddedBytes)
    }; ${proof}`,
  );
}

async function main(): Promise<void> {
  const options = parse(Deno.args);
  await checkDenoVersion();
  if (!options.bundleOnly) await checkGivenDenort(Deno.env.get("DENORT_BIN"));
  const bundlePath = await buildBundle(options);
  if (options.bundleOnly) return;
  for (const arch of ARCHES) {
    await buildProgram(arch, { out: options.out, bundle: bundlePath });
  }
}

try {
  await main();
} catch (error) {
  if (!(error instanceof BuildError)) throw error;
  console.error(`build: ${error.message}`);
  Deno.exit(1);
}
