/** Makes the one minified JavaScript file that is the agent, and runs it once. */
import { dirname, resolve } from "node:path";
import { denoRunArgs } from "./runtime.ts";

/** A build that cannot go on; the message is for the person who started it. */
export class BuildError extends Error {
  override readonly name = "BuildError";
}

/** What a program that ran to its end said. */
export interface Said {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const RUN_TIMEOUT_MS = 30_000;

/** Runs a program without standard input; gives up after half a minute. */
export async function say(
  program: string,
  options: {
    readonly args: readonly string[];
    readonly cwd?: string;
    readonly env?: Readonly<Record<string, string>>;
    readonly timeoutMs?: number;
  },
): Promise<Said> {
  const { args, timeoutMs = RUN_TIMEOUT_MS, ...rest } = options;
  const signal = AbortSignal.timeout(timeoutMs);
  const output = await new Deno.Command(program, {
    ...rest,
    args: [...args],
    signal,
    clearEnv: rest.env !== undefined,
    stdin: "null",
  }).output();
  const text = new TextDecoder();
  return {
    code: output.code,
    stdout: text.decode(output.stdout),
    stderr: text.decode(output.stderr),
  };
}

/**
 * Bundles `entry` into `out`. Throws {@linkcode BuildError} with Deno's own words.
 *
 * `@grpc/proto-loader` stays outside: grpc-js loads it only for .proto files at run time, of which there are none. A source map lies beside
 * `out`, as `out.map`; it does not change the bundle, and names its sources by absolute paths.
 */
export async function bundle(
  { entry, out, root, sourceMap }: {
    readonly entry: string;
    readonly out: string;
    readonly root: string;
    readonly sourceMap: boolean;
  },
): Promise<void> {
  const map = sourceMap ? ["--sourcemap=external"] : [];
  const outside = "--external=@grpc/proto-loader";
  const { code, stderr } = await say(Deno.execPath(), {
    args: ["bundle", "--quiet", "--minify", outside, ...map, "-o", out, entry],
    cwd: root,
    timeoutMs: 300_000,
  });
  // Deno has been seen to report success and write nothing.
  const written = await Deno.stat(out).then(({ size }) => size > 0, () => false);
  if (code !== 0 || !written) throw new BuildError(`deno bundle ${entry} failed:\n${stderr}`);
  if (sourceMap) await makeAbsolute(`${out}.map`);
}

/** Deno writes the paths as they are seen from the map; the map may be moved. */
async function makeAbsolute(path: string): Promise<void> {
  const map: { readonly sources: readonly string[] } = JSON.parse(await Deno.readTextFile(path));
  const sources = map.sources.map((source) => resolve(dirname(path), source));
  await Deno.writeTextFile(path, JSON.stringify({ ...map, sources }));
}

/** What a program says of itself when it is asked for `version -o json`; its whole output where that is something else. */
export async function versionsOf(
  program: string,
  options: { readonly args?: readonly string[]; readonly env?: Readonly<Record<string, string>> },
): Promise<string> {
  const { args = [], ...rest } = options;
  const said = await say(program, { ...rest, args: [...args, "version", "-o", "json"] })
    .catch(({ message }: Error) => ({ code: -1, stdout: "", stderr: message }));
  try {
    const { version, deno } = JSON.parse(said.stdout);
    return `skerry ${version} on Deno ${deno}`;
  } catch {
    const text = (said.stdout || said.stderr).trim().slice(0, 300);
    return `exit code ${said.code} and ${JSON.stringify(text)}`;
  }
}

/** Runs the bundle as it will be run on a node and demands that it knows its version. */
export async function checkBundle(path: string, expected: string): Promise<void> {
  const versions = await versionsOf(Deno.execPath(), { args: denoRunArgs(path) });
  if (versions === expected) return;
  throw new BuildError(`${path} does not answer "version" with "${expected}" but with ${versions}`);
}
