/** Runs a program to its end and gives its output; the lab's only way of starting short-lived programs. */

/** What a program left behind. */
export interface RunResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Where and how a program runs. */
export interface RunOptions {
  readonly cwd?: string;
  /** Added to the caller's environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Kills the program when it aborts. */
  readonly signal?: AbortSignal;
  /** Text for the program's standard input. */
  readonly stdin?: string;
}

/** A program and its arguments, as for execve. */
export type Argv = readonly [string, ...string[]];

/** Runs `argv` and gives code and output, whatever the code is. Throws only when it cannot be started. */
export async function tryRun(argv: Argv, options: RunOptions = {}): Promise<RunResult> {
  const [program, ...args] = argv;
  const { stdin, ...rest } = options;
  const child = new Deno.Command(program, {
    args,
    ...rest,
    // In a session of its own: Ctrl-C on the terminal is the caller's to act on, also while it cleans up.
    detached: true,
    stdin: stdin === undefined ? "null" : "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  if (stdin !== undefined) {
    const writer = child.stdin.getWriter();
    await writer.write(new TextEncoder().encode(stdin));
    await writer.close();
  }
  const output = await child.output();
  const text = new TextDecoder();
  return {
    code: output.code,
    stdout: text.decode(output.stdout),
    stderr: text.decode(output.stderr),
  };
}

/** Like {@linkcode tryRun}, and throws with the program's own words when it exits with anything but 0. */
export async function run(argv: Argv, options: RunOptions = {}): Promise<RunResult> {
  const result = await tryRun(argv, options);
  if (result.code !== 0) {
    const said = (result.stderr.trim() || result.stdout.trim()).slice(-2000);
    throw new Error(`${argv.join(" ")}: exit code ${result.code}: ${said}`);
  }
  return result;
}
