/** Follows the runtime's events and marks the pods they are about; relists where events cannot be trusted. */
import type { RuntimeEvent } from "../core/cri/types.ts";
import { second } from "../core/instant.ts";
import type { AgentMetrics } from "../core/metrics/agent_metrics.ts";
import { isAlive } from "../core/pod/observed.ts";
import type { Clock } from "../ports/clock.ts";
import type { Log } from "../ports/log.ts";
import type { Runtime } from "../ports/runtime.ts";
import { stopwatch } from "../ports/stopwatch.ts";
import type { PodRecord } from "./pod_record.ts";
import type { Pods } from "./pods.ts";
import { waited } from "../ports/waited.ts";
import { unlessAborted } from "../ports/unless_aborted.ts";

export interface RuntimeWatchDeps {
  readonly runtime: Runtime;
  readonly pods: Pods;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Pick<AgentMetrics, "runtime">;
  /** The safety net: how often every pod is looked at though nothing was heard. */
  readonly relistMs: number;
  /** Is told of each such round. */
  readonly onRelist: () => void;
}

/** A runtime that is away is asked again this often. */
const reconnectMs = second;

/** After this time the runtime surely reports what happens. */
const subscribedMs = second;

/** The runtime may tell of an exit before its lists know; how often, and how long apart, to look again. */
const lagDelaysMs = [20, 50, 100, 200, 500, 1_000, 2_000];

/** Runs until the signal aborts. */
export async function watchRuntime(deps: RuntimeWatchDeps, signal: AbortSignal): Promise<void> {
  await Promise.all([followEvents(deps, signal), relist(deps, signal)]);
}

async function followEvents(deps: RuntimeWatchDeps, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    // No answer tells when the runtime has begun to report: what ends before that shows at one more look.
    const look = deps.clock.after(subscribedMs, deps.pods.markAll);
    try {
      for await (const event of deps.runtime.events(signal)) handle(event, deps, signal);
    } catch (err) {
      if (!signal.aborted) deps.log.debug("Runtime's event stream broke", { err });
    } finally {
      look.cancel();
    }
    if (!await waited(deps.clock, reconnectMs, signal)) return;
    await untilItAnswers(deps, signal);
    // What happened while nobody listened is found by looking.
    deps.pods.markAll();
  }
}

/** Tells once that the runtime is away, and once that it is back. */
async function untilItAnswers(
  { runtime, clock, log }: RuntimeWatchDeps,
  signal: AbortSignal,
): Promise<void> {
  let away = false;
  while (!signal.aborted) {
    try {
      await unlessAborted(runtime.version(), signal);
      if (away) log.info("Runtime answers again");
      return;
    } catch (err) {
      if (signal.aborted) return;
      if (!away) log.error("Runtime does not answer, what runs goes on and starts wait", { err });
      away = true;
      await waited(clock, reconnectMs, signal);
    }
  }
}

async function relist(deps: RuntimeWatchDeps, signal: AbortSignal): Promise<void> {
  deps.onRelist();
  let seconds = stopwatch(deps.clock);
  while (await waited(deps.clock, deps.relistMs, signal)) {
    deps.metrics.runtime.relistInterval.observe({}, seconds());
    seconds = stopwatch(deps.clock);
    deps.onRelist();
    deps.pods.markAll();
  }
}

function handle(event: RuntimeEvent, deps: RuntimeWatchDeps, signal: AbortSignal): void {
  const record = recordOf(event, deps);
  if (record !== undefined) {
    deps.log.trace("Runtime event", { uid: record.uid, ...event });
    deps.pods.mark(record.uid);
  }
  if (event.type === "Exited") {
    lookAgain(event, deps, signal).catch((err: unknown) => {
      if (!signal.aborted) deps.log.error("Looking again after an exit failed", { err });
    });
  }
}

function recordOf(event: RuntimeEvent, { pods }: RuntimeWatchDeps): PodRecord | undefined {
  return pods.list().find((candidate) => concerns(event, candidate));
}

function concerns(event: RuntimeEvent, record: PodRecord): boolean {
  if (event.podUid !== undefined) return event.podUid === record.uid;
  return record.seen.containers.some(({ id }) => id === event.containerId) ||
    record.seen.sandboxes.some(({ id }) => id === event.containerId);
}

/** A container that ended right after its start may not have been seen before: whose it is then shows a moment later. */
async function lookAgain(
  event: RuntimeEvent,
  deps: RuntimeWatchDeps,
  signal: AbortSignal,
): Promise<void> {
  for (const delay of lagDelaysMs) {
    if (!await waited(deps.clock, delay, signal)) return;
    const record = recordOf(event, deps);
    const alive = record && seenAlive(event.containerId, record);
    if (alive === false) return;
    if (record && alive) deps.pods.mark(record.uid);
  }
}

/** Whether the container or sandbox was alive when the pod was last looked at; undefined where it was not among what was seen. */
function seenAlive(id: string, { seen }: PodRecord): boolean | undefined {
  const run = seen.containers.find((candidate) => candidate.id === id);
  if (run !== undefined) return isAlive(run);
  const sandbox = seen.sandboxes.find((candidate) => candidate.id === id);
  return sandbox && sandbox.state === "Ready";
}
