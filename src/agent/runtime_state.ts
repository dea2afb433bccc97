/** Watches whether the runtime answers, and whether it and its network are ready. */
import type { RuntimeStatus } from "../core/cri/types.ts";
import { second } from "../core/instant.ts";
import { isMet, networkProblems, runtimeProblems } from "../core/node/runtime_problems.ts";
import { runtimeVersion } from "../core/node/runtime_version.ts";
import type { Clock } from "../ports/clock.ts";
import type { Log } from "../ports/log.ts";
import type { Runtime } from "../ports/runtime.ts";
import { waited } from "../ports/waited.ts";
import { unlessAborted } from "../ports/unless_aborted.ts";

export interface RuntimeState {
  /** What keeps pods from running, in the kubelet's words; none: the runtime is ready. */
  problems(): readonly string[];
  /** What keeps pods from having a network; null: nothing does. Asks the runtime where it has not answered yet. */
  networkProblem(signal: AbortSignal): Promise<string | null>;
  /** What it said last; null before its first answer. */
  status(): RuntimeStatus | null;
  /** `containerd://1.6.20`; `containerd://Unknown` before its first answer. */
  version(): string;
  /** Asks once. Before the first time, the runtime counts as not ready. */
  look(signal: AbortSignal): Promise<void>;
  /** Asks again and again until the signal aborts. */
  run(signal: AbortSignal): Promise<void>;
}

export interface RuntimeStateDeps {
  readonly runtime: Runtime;
  readonly clock: Clock;
  readonly log: Log;
  /** Called when there are other problems than before. */
  readonly onChange: () => void;
}

const readyPollMs = 5 * second;
/** What is not ready may be at any moment, and pods wait for it. */
const unreadyPollMs = second;

export function createRuntimeState(
  { runtime, clock, log, onChange }: RuntimeStateDeps,
): RuntimeState {
  let status: RuntimeStatus | null = null;
  let version = "containerd://Unknown";
  let answered = false;
  let asking: Promise<void> | null = null;
  let readyAt: number | null = null;
  let told = "";

  const problems = (): readonly string[] =>
    runtimeProblems({
      conditions: status?.conditions ?? null,
      sinceReadyMs: readyAt === null ? null : clock.monotonic() - readyAt,
    });

  async function ask(): Promise<void> {
    const said = await runtime.status();
    // Whoever was away may have come back as another release.
    if (!answered) version = runtimeVersion(await runtime.version());
    answered = true;
    status = said;
    if (isMet(said.conditions, "RuntimeReady")) readyAt = clock.monotonic();
  }

  async function look(signal: AbortSignal): Promise<void> {
    try {
      asking ??= ask().finally(() => asking = null);
      await unlessAborted(asking, signal);
    } catch (err) {
      answered = false;
      if (!signal.aborted) log.debug("Runtime did not tell its status", { err });
    }
    const now = problems().join("\n");
    if (now !== told) onChange();
    told = now;
  }

  async function networkProblem(signal: AbortSignal): Promise<string | null> {
    if (status === null) await look(signal);
    return networkProblems(status?.conditions ?? null)[0] ?? null;
  }

  async function run(signal: AbortSignal): Promise<void> {
    const pause = (): number => problems().length === 0 ? readyPollMs : unreadyPollMs;
    while (await waited(clock, pause(), signal)) await look(signal);
  }

  return { problems, networkProblem, status: () => status, version: () => version, look, run };
}
