/** Runs a command in a container over CRI. */
import type { ExecEnd, ExecRequest } from "../../core/cri/types.ts";
import type { Channel } from "./channel.ts";
import { isTimeout } from "./errors.ts";
import { runtimeMethods } from "./methods.ts";

/**
 * How much longer than its command a call may take. containerd kills the command itself, and then waits for whoever else
 * holds its output, a child of it perhaps: that is not waited for.
 */
const afterTimeoutMs = 3_000;

/** As {@linkcode Runtime.execSync} has it. A command without a limit has a call without one. */
export async function execSync(
  channel: Channel,
  { id, command, timeoutSeconds = 0, signal }: ExecRequest & {
    readonly id: string;
    readonly signal: AbortSignal | undefined;
  },
): Promise<ExecEnd> {
  const request = { containerId: id, cmd: command, timeout: BigInt(timeoutSeconds) };
  const deadlineMs = timeoutSeconds === 0 ? Infinity : timeoutSeconds * 1000 + afterTimeoutMs;
  try {
    const { exitCode, stdout, stderr } = await channel.unary(runtimeMethods.execSync, request, {
      timeoutMs: deadlineMs,
      ...(signal === undefined ? {} : { signal }),
    });
    return { kind: "Exited", exitCode, stdout: textOf(stdout), stderr: textOf(stderr) };
  } catch (error) {
    if (isTimeout(error)) return { kind: "TimedOut" };
    throw error;
  }
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
