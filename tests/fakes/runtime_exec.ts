/** Commands in the containers of the fake runtime. */
import type { ExecEnd, ExecRequest } from "../../src/core/cri/types.ts";
import { Failed } from "../../src/ports/errors.ts";
import type { Calls } from "./calls.ts";
import type { FakeContainer } from "./runtime_world.ts";

/** How a command ends, and after what time it does; what is left out is 0, or nothing said. */
export interface ExecScript {
  readonly exitCode?: number;
  readonly stdout?: string;
  readonly stderr?: string;
  readonly afterMs?: number;
}

/** What a test has commands do; it is asked anew for each. */
export type ExecAnswer = (command: readonly string[]) => ExecScript;

/** What SIGKILL leaves of a command. */
const killed: ExecEnd = { kind: "Exited", exitCode: 137, stdout: "", stderr: "" };

/** The command dies with its container, and when its time or its caller's patience is over. */
export async function runScript(
  container: FakeContainer,
  { script, request, calls, signal }: {
    readonly script: ExecScript;
    readonly request: ExecRequest;
    readonly calls: Calls;
    readonly signal: AbortSignal | undefined;
  },
): Promise<ExecEnd> {
  if (container.seen.state !== "Running") {
    const state = `CONTAINER_${container.seen.state.toUpperCase()}`;
    throw new Failed(`rpc error: code = Unknown desc = container is in ${state} state`);
  }
  const { exitCode = 0, stdout = "", stderr = "", afterMs = 0 } = script;
  const timeoutMs = (request.timeoutSeconds ?? Infinity) * 1000;
  const died = new AbortController();
  const onEnd = (): void => died.abort();
  container.waiting.add(onEnd);
  try {
    const until = signal ? AbortSignal.any([signal, died.signal]) : died.signal;
    until.throwIfAborted();
    if (afterMs > 0) await calls.sleep(Math.min(afterMs, timeoutMs), until);
  } catch (error) {
    if (died.signal.aborted) return killed;
    throw error;
  } finally {
    container.waiting.delete(onEnd);
  }
  return afterMs > timeoutMs ? { kind: "TimedOut" } : { kind: "Exited", exitCode, stdout, stderr };
}
