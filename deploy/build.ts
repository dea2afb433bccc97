/**
 * `deno task build`: the bundle, the wrapper script, and an executable per architecture where denort can be had.
 *
 * Options: `--out DIR` (default dist), `--entry FILE` (default main.ts), `--arch ARCH` (default all), `--bundle-only`, `--source-map`
 * (lays the bundle's source map beside it).
 */
import { VERSION } from "../src/core/version.ts";
import { BuildError, bundle, checkBundle } from "./bundle.ts";
import { compile } from "./compile.ts";
import { type Arch, ARCHES, elfArch, findDenort } from "./denort.ts";
import { absolutePath, archOf } from "./options.ts";
import { wrapperScript } from "./wrapper.ts";

const ROOT = new URL("..", import.meta.url).pathname;
const EXPECTED = `skerry ${VERSION} on Deno ${Deno.version.deno}`;

interface Options {
  readonly out: string;
  readonly entry: string;
  readonly arches: readonly Arch[];
  readonly sourceMap: boolean;
}

function parse(args: readonly string[]): Options {
  let options: Options = {
    out: `${ROOT}dist`,
    entry: `${ROOT}main.ts`,
    arches: ARCHES,
    sourceMap: false,
  };
  const rest = [...args];
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    if (arg === "--bundle-only") options = { ...options, arches: [] };
    else if (arg === "--source-map") options = { ...options, sourceMap: true };
    else if (arg === "--out") options = { ...options, out: absolutePath(rest.shift(), arg) };
    else if (arg === "--entry") options = { ...options, entry: absolutePath(rest.shift(), arg) };
    else if (arg === "--arch") options = { ...options, arches: [archOf(rest.shift())] };
    else {
      throw new BuildError(
        `unknown option ${arg}; there are --out, --entry, --arch, --bundle-only and --source-map`,
      );
    }
  }
  return options;
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

/** In one step, and only when it has proven itself: whoever runs the last one is not disturbed. */
async function buildBundle({ entry, out, sourceMap }: Options): Promise<string> {
  const path = `${out}/skerry.js`;
  await Deno.mkdir(out, { recursive: true });
  const dir = await Deno.makeTempDir({ dir: out, prefix: ".bundle-" });
  try {
    await bundle({ entry, out: `${dir}/skerry.js`, root: ROOT, sourceMap });
    await checkBundle(`${dir}/skerry.js`, EXPECTED);
    await Deno.writeTextFile(`${dir}/skerry.sh`, wrapperScript());
    await Deno.chmod(`${dir}/skerry.sh`, 0o755);
    for (const name of ["skerry.js", "skerry.sh", ...(sourceMap ? ["skerry.js.map"] : [])]) {
      await Deno.rename(`${dir}/${name}`, `${out}/${name}`);
    }
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
  console.log(`${path}: ${megabytes((await Deno.stat(path)).size)}, is ${EXPECTED}`);
  return path;
}

async function checkGivenDenort(given: string, arches: readonly Arch[]): Promise<void> {
  const arch = await elfArch(given).catch((error: Error) => {
    throw new BuildError(`DENORT_BIN=${given}: ${error.message}`);
  });
  if (arch === undefined || !arches.includes(arch)) {
    throw new BuildError(`DENORT_BIN=${given} is not an executable for ${arches.join(" or ")}`);
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
  const made = await compile({ arch, denort, bundle, out: path, versions: EXPECTED });
  const proof = made.ran ? `is ${EXPECTED}` : "not run here, it is for another machine";
  console.log(
    `${path}: ${megabytes(made.fileBytes)}, of which embedded ${
      megabytes(made.embeddedBytes)
    }; ${proof}`,
  );
}

async function main(): Promise<void> {
  const options = parse(Deno.args);
  await checkDenoVersion();
  const given = Deno.env.get("DENORT_BIN");
  if (given && options.arches.length > 0) await checkGivenDenort(given, options.arches);
  const bundlePath = await buildBundle(options);
  for (const arch of options.arches) {
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
