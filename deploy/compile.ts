/** Makes an executable of the bundle for one architecture, and proves that it is the agent. */
import { BuildError, say } from "./bundle.ts";
import { type Arch, type Denort, target } from "./denort.ts";
import { RUNTIME_ARGS } from "./runtime.ts";

/** One executable to make. */
export interface CompileJob {
  readonly arch: Arch;
  readonly denort: Exclude<Denort, { kind: "none" }>;
  readonly bundle: string;
  readonly out: string;
  /** What the program prints for `version`. */
  readonly version: string;
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
async function compileInEmptyFolder(job: CompileJob): Promise<string> {
  const dir = await Deno.makeTempDir({ prefix: "skerry-compile-" });
  try {
    await Deno.copyFile(job.bundle, `${dir}/skerry.js`);
    const args = ["compile", ...RUNTIME_ARGS, "--target", target(job.arch), "-o", job.out];
    const { code, stdout, stderr } = await say(Deno.execPath(), {
      args: [...args, "skerry.js"],
      cwd: dir,
      env: environment(job.denort),
      timeoutMs: 600_000,
    });
    if (code !== 0) throw new BuildError(`deno compile for ${job.arch} failed:\n${stderr}`);
    return stdout + stderr;
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

/** Deno takes any file as denort. With a wrong one it makes a program that is not the agent, and says nothing. */
async function checkProgram({ out, denort, version }: CompileJob): Promise<void> {
  const said = await say(out, { args: ["version"] }).catch((error: Error) => ({
    code: -1,
    stdout: "",
    stderr: error.message,
  }));
  if (said.stdout.trim() === version) return;
  await Deno.remove(out);
  const source = denort.kind === "given"
    ? `DENORT_BIN=${denort.path}`
    : "the denort of Deno's cache";
  throw new BuildError(
    `${source} is not the denort of Deno ${Deno.version.deno}: the program made with it answers "version" with ` +
      `exit code ${said.code} and ${
        JSON.stringify((said.stdout || said.stderr).slice(0, 200))
      }, not "${version}". ` +
      `It was removed. Give the matching denort, or unset DENORT_BIN.`,
  );
}

/** What came out. */
export interface Compiled {
  readonly fileBytes: number;
  readonly embeddedBytes: number;
  /** False for another machine's architecture: the program was not run. */
  readonly ran: boolean;
}

/** Compiles, checks the embedded size, and runs the program where this machine can. Throws {@linkcode BuildError}. */
export async function compile(job: CompileJob): Promise<Compiled> {
  const said = await compileInEmptyFolder(job);
  const embedded = embeddedBytes(said);
  if (embedded === undefined || embedded > MOST_EMBEDDED_BYTES) {
    throw new BuildError(
      `deno compile for ${job.arch} embedded ${embedded ?? "an unknown number of"} bytes, ` +
        `more than ${MOST_EMBEDDED_BYTES}:\n${said}`,
    );
  }
  const ran = job.arch === Deno.build.arch;
  if (ran) await checkProgram(job);
  return { fileBytes: (await Deno.stat(job.out)).size, embeddedBytes: embedded, ran };
}
