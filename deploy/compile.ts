/** Makes an executable of the bundle for one architecture, and proves that it is the agent. */
import { BuildError, say, versionsOf } from "./bundle.ts";
import { type Arch, type Denort, target } from "./denort.ts";
import { RUNTIME_ARGS } from "./runtime.ts";

/** One executable to make. */
export interface CompileJob {
  readonly arch: Arch;
  readonly denort: Exclude<Denort, { kind: "none" }>;
  readonly bundle: string;
  readonly out: string;
  /** What the program says of itself. */
  readonly versions: string;
}

/** The bundle is about a megabyte; much more means that something else was embedded with it. */
const MOST_EMBEDDED_BYTES = 8_000_000;
const UNITS: Readonly<Record<string, number>> = { B: 1, KB: 1e3, MB: 1e6, GB: 1e9 };

/** Reads the size of what was embedded from the words of `deno compile`; undefined when they say nothing of it. */
export function embeddedBytes(said: string): number | undefined {
  const [, number, unit] = /Files:\s+([\d.]+)\s*([KMG]?B)\b/.exec(said) ?? [];
  return number === undefined || unit === undefined
    ? undefined
    : Math.round(Number(number) * (UNITS[unit] ?? 1));
}

function environment(denort: CompileJob["denort"]): Record<string, string> {
  const { DENORT_BIN: _, ...env } = Deno.env.toObject();
  return { ...env, NO_COLOR: "1", ...(denort.kind === "given" ? { DENORT_BIN: denort.path } : {}) };
}

/** From an empty folder: whatever lies beside the script, node_modules above all, would be embedded too. */
async function compileIn(dir: string, job: CompileJob): Promise<string> {
  await Deno.mkdir(`${dir}/source`);
  await Deno.copyFile(job.bundle, `${dir}/source/skerry.js`);
  const args = ["compile", ...RUNTIME_ARGS, "--target", target(job.arch), "-o", `${dir}/program`];
  const { code, stdout, stderr } = await say(Deno.execPath(), {
    args: [...args, "skerry.js"],
    cwd: `${dir}/source`,
    env: environment(job.denort),
    timeoutMs: 600_000,
  });
  if (code !== 0) throw new BuildError(`deno compile for ${job.arch} failed:\n${stderr}`);
  return stdout + stderr;
}

function checkEmbedded(said: string, { arch }: CompileJob): number {
  const embedded = embeddedBytes(said);
  if (embedded !== undefined && embedded <= MOST_EMBEDDED_BYTES) return embedded;
  throw new BuildError(
    `deno compile for ${arch} embedded ${embedded ?? "an unknown number of"} bytes, ` +
      `more than ${MOST_EMBEDDED_BYTES}:\n${said}`,
  );
}

/** Deno takes any file as denort. With a wrong one it makes a program that is not the agent, and says nothing. */
async function checkProgram(dir: string, { denort, versions }: CompileJob): Promise<void> {
  const env = { ...environment(denort), TMPDIR: dir };
  const said = await versionsOf(`${dir}/program`, { env });
  if (said === versions) return;
  const source = denort.kind === "given"
    ? `DENORT_BIN=${denort.path}`
    : "the denort of Deno's cache";
  throw new BuildError(
    `${source} is not the denort of Deno ${Deno.version.deno}: the program made with it answers "version" with ` +
      `${said}, not with ${versions}. Give the matching denort, or unset DENORT_BIN.`,
  );
}

/** What came out. */
export interface Compiled {
  readonly fileBytes: number;
  readonly embeddedBytes: number;
  /** False for another machine's architecture: the program was not run. */
  readonly ran: boolean;
}

/**
 * Compiles, checks the embedded size, and runs the program where this machine can; `out` is written only after that. Throws
 * {@linkcode BuildError}.
 */
export async function compile(job: CompileJob): Promise<Compiled> {
  const dir = await Deno.makeTempDir({ prefix: "skerry-compile-" });
  try {
    const embedded = checkEmbedded(await compileIn(dir, job), job);
    const ran = job.arch === Deno.build.arch;
    if (ran) await checkProgram(dir, job);
    await Deno.copyFile(`${dir}/program`, job.out);
    return { fileBytes: (await Deno.stat(job.out)).size, embeddedBytes: embedded, ran };
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}
