/** A `skerry` command with something on its stdin, or that goes on until it is told to end. */
import { agentArgv, type LabAgent } from "./agent.ts";

export interface ByteResult {
  readonly code: number;
  readonly stdout: Uint8Array;
  readonly stderr: string;
}

const env = { DENO_NO_UPDATE_CHECK: "1", NO_COLOR: "1" };

function commandOf(agent: LabAgent, args: readonly string[]): Deno.Command {
  const [program, ...rest] = agentArgv(args);
  return new Deno.Command(program, {
    args: rest,
    env: { ...env, SKERRY_SOCKET: agent.socket },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  });
}

/** Runs it to its end with these bytes on its stdin. */
export async function skerryWith(
  agent: LabAgent,
  args: readonly string[],
  stdin: Uint8Array,
): Promise<ByteResult> {
  const child = commandOf(agent, args).spawn();
  const output = child.output();
  await feed(child.stdin, stdin);
  const { code, stdout, stderr } = await output;
  return { code, stdout, stderr: new TextDecoder().decode(stderr) };
}

/** A program may end before it has read everything. */
async function feed(stdin: WritableStream<Uint8Array>, bytes: Uint8Array): Promise<void> {
  const writer = stdin.getWriter();
  try {
    await writer.write(bytes);
    await writer.close();
  } catch {
    // It has ended.
  }
}

/** Starts it; disposing of it is Ctrl-C. */
export function startSkerry(
  agent: LabAgent,
  args: readonly string[],
): { readonly child: Deno.ChildProcess } & AsyncDisposable {
  const child = commandOf(agent, args).spawn();
  return {
    child,
    async [Symbol.asyncDispose]() {
      try {
        child.kill("SIGINT");
      } catch {
        // It has ended.
      }
      await child.status;
    },
  };
}
