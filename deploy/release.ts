/**
 * `deno task release`: what a user downloads, an archive and a Debian package per architecture with their bill of materials and their
 * SHA256SUMS. The same input gives the same bytes.
 *
 * Options: `--out DIR` (default dist), `--arch ARCH` (default all). DENORT_BIN is read as the build reads it; SOURCE_DATE_EPOCH, in seconds
 * since 1970, stands in for the time of the last commit.
 */
import { VERSION } from "../src/core/version.ts";
import { BuildError, say } from "./bundle.ts";
import { type Arch, ARCHES } from "./denort.ts";
import { absolutePath, archOf } from "./options.ts";
import { ARCH_NAMES } from "./release/arch.ts";
import { denoPart, packageParts, type Part } from "./release/components.ts";
import { DOC, serviceEntries, writeDeb } from "./release/deb.ts";
import { denoRuntime, sha256 } from "./release/deno_runtime.ts";
import { documents, type MadeTexts } from "./release/documents.ts";
import { licenseBook } from "./release/licenses.ts";
import { type Program, programEntries } from "./release/program.ts";
import { sbom } from "./release/sbom.ts";
import { installerEntries, writeTarball } from "./release/tarball.ts";

const ROOT = new URL("..", import.meta.url).pathname;
const BUILD_TIMEOUT_MS = 1_800_000;

interface Options {
  readonly out: string;
  readonly arches: readonly Arch[];
}

/** What all architectures of a release share. */
interface Release {
  /** A folder to work in, with the build in `build`. */
  readonly work: string;
  readonly epoch: number;
  readonly packages: readonly Part[];
}

function parse(args: readonly string[]): Options {
  let options: Options = { out: `${ROOT}dist`, arches: ARCHES };
  const rest = [...args];
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    if (arg === "--out") options = { ...options, out: absolutePath(rest.shift(), arg) };
    else if (arg === "--arch") options = { ...options, arches: [archOf(rest.shift())] };
    else throw new BuildError(`unknown option ${arg}; there are --out and --arch`);
  }
  return options;
}

async function sourceEpoch(): Promise<number> {
  const given = Deno.env.get("SOURCE_DATE_EPOCH") ||
    (await say("git", { args: ["log", "-1", "--format=%ct"], cwd: ROOT })).stdout.trim();
  if (/^\d+$/.test(given)) return Number(given);
  throw new BuildError("there is no commit to take the time from; give it as SOURCE_DATE_EPOCH");
}

async function build(out: string, { arches }: Options): Promise<void> {
  const arch = arches.length === 1 ? arches.flatMap((each) => ["--arch", each]) : [];
  const { code, stdout, stderr } = await say(Deno.execPath(), {
    args: ["run", "-qA", `${ROOT}deploy/build.ts`, "--source-map", "--out", out, ...arch],
    timeoutMs: BUILD_TIMEOUT_MS,
  });
  if (code !== 0) throw new BuildError(stderr.trim().replace(/^build: /, ""));
  console.log(stdout.trim());
}

async function programOf(arch: Arch, built: string): Promise<Program> {
  const path = `${built}/skerry-${arch}`;
  if (await Deno.stat(path).then(() => true, () => false)) return { kind: "compiled", path };
  return {
    kind: "bundle",
    script: `${built}/skerry.js`,
    wrapper: `${built}/skerry.sh`,
    runtime: await denoRuntime(arch, Deno.version.deno),
  };
}

async function madeTexts(program: Program, arch: Arch, release: Release): Promise<MadeTexts> {
  const deno = await denoPart(program.kind === "bundle" ? program.runtime : undefined);
  const parts = [...release.packages, deno];
  const components = parts.map(({ component }) => component);
  return {
    licenses: licenseBook(
      parts.map(({ component: { name, version }, license }) => ({
        title: `${name} ${version}`,
        license,
      })),
    ),
    sbom: await sbom({
      version: VERSION,
      arch: ARCH_NAMES[arch].release,
      epoch: release.epoch,
      components,
    }),
  };
}

/** Makes what one architecture's users download, and gives the files' names. */
async function releaseFor(arch: Arch, release: Release): Promise<readonly string[]> {
  const { work, epoch } = release;
  const name = ARCH_NAMES[arch].release;
  const stem = `skerry-${VERSION}-linux-${name}`;
  const deb = `skerry_${VERSION}_${name}.deb`;
  const program = await programOf(arch, `${work}/build`);
  const made = await madeTexts(program, arch, release);
  const [tarDir, debDir] = [`${work}/${name}.tar`, `${work}/${name}.deb`];
  for (const dir of [tarDir, debDir]) await Deno.mkdir(dir);
  await Promise.all([
    Deno.writeTextFile(`${work}/out/${stem}.cdx.json`, made.sbom),
    writeTarball({
      name: stem,
      entries: [
        ...installerEntries(arch),
        ...programEntries("", program),
        ...await documents("", made),
      ],
      epoch,
      dir: tarDir,
      out: `${work}/out/${stem}.tar.gz`,
    }),
    writeDeb({
      version: VERSION,
      arch: name,
      entries: [
        ...programEntries("usr/", program),
        ...await serviceEntries(),
        ...await documents(DOC, made),
      ],
      epoch,
      dir: debDir,
      out: `${work}/out/${deb}`,
    }),
  ]);
  return [`${stem}.cdx.json`, `${stem}.tar.gz`, deb];
}

/** As `sha256sum --check` reads it. */
async function sumsOf(dir: string, names: readonly string[]): Promise<string> {
  const lines = [];
  for (const name of names.toSorted()) lines.push(`${await sha256(`${dir}/${name}`)}  ${name}\n`);
  return lines.join("");
}

async function make(work: string, options: Options): Promise<void> {
  const epoch = await sourceEpoch();
  await Deno.mkdir(`${work}/out`);
  await build(`${work}/build`, options);
  const packages = await packageParts(`${work}/build/skerry.js.map`);
  const names: string[] = [];
  for (const arch of options.arches) {
    names.push(...await releaseFor(arch, { work, epoch, packages }));
  }
  await Deno.writeTextFile(`${work}/out/SHA256SUMS`, await sumsOf(`${work}/out`, names));
  for (const name of [...names, "SHA256SUMS"]) {
    await Deno.rename(`${work}/out/${name}`, `${options.out}/${name}`);
    console.log(`${options.out}/${name}`);
  }
}

/** Beside what comes out, so that whoever downloads meanwhile gets the last release or this one. */
async function main(): Promise<void> {
  const options = parse(Deno.args);
  await Deno.mkdir(options.out, { recursive: true });
  const work = await Deno.makeTempDir({ dir: options.out, prefix: ".release-" });
  try {
    await make(work, options);
  } finally {
    await Deno.remove(work, { recursive: true });
  }
}

try {
  await main();
} catch (error) {
  if (!(error instanceof BuildError)) throw error;
  console.error(`release: ${error.message}`);
  Deno.exit(1);
}
