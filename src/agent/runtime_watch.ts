/** Follows the runtime's events and marks the pods they are about; relists where events cannot be trusted. */
import type { RuntimeEvent } from "../core/cri/types.ts";
import { second } from "../core/instant.ts";
import { isAlive } from "../core/pod/observed.ts";
import type { Clock } from "../ports/clock.ts";
import type { Log } from "../ports/log.ts";
import type { Runtime } from "../ports/runtime.ts";
import type { PodRecord } from "./pod_record.ts";
import type { Pods } from "./pods.ts";
import { waited } from "./every.ts";

export interface RuntimeWatchDeps {
  readonly runtime: Runtime;
  readonly pods: Pods;
  readonly clock: Clock;
  readonly log: Log;
  /** The safety net: how often every pod is looked at though nothing was heard. */
  readonly relistMs: number;
}

/** A runtime that is away is asked again this often. */
const reconnectMs = second;

/** The runtime may tell of an exit before its lists know; how often, and how long apart, to look again. */
const lagDelaysMs = [20, 50, 100, 200, 500, 1_000, 2_000];

/** Runs until the signal aborts. */
export async function watchRuntime(deps: RuntimeWatchDeps, signal: AbortSignal): Promise<void> {
  await Promise.all([followEvents(deps, signal), relist(deps, signal)]);
}

async function followEvents(deps: RuntimeWatchDeps, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      for await (const event of deps.runtime.events(signal)) handle(event, deps, signal);
    } catch (err) {
      if (signal.aborted) return;
      deps.log.debug("Runtime's event stream broke", { err });
    }
    if (!await waited(deps.clock, reconnectMs, signal)) return;
    // What happened while nobody listened is found by looking.
    deps.pods.markAll();
  }
}

async function relist(deps: RuntimeWatchDeps, signal: AbortSignal): Promise<void> {
  while (await waited(deps.clock, deps.relistMs, signal)) deps.pods.markAll();
}

function handle(event: RuntimeEvent, deps: RuntimeWatchDeps, signal: AbortSignal): void {
  const record = deps.pods.list().find((candidate) => concerns(event, candidate));
  if (record === undefined) return;
  deps.log.trace("Runtime event", { uid: record.uid, ...event });
  deps.pods.mark(record.uid);
  if (event.type === "Exited") {
    lookAgain(event, record, deps, signal).catch((err: unknown) => {
      if (!signal.aborted) deps.log.error("Looking again after an exit failed", { err });
    });
  }
}

function concerns(event: RuntimeEvent, record: PodRecord): boolean {
  if (event.podUid !== undefined) return event.podUid === record.uid;
  const { containers, sandboxes } = record.seen;
  return containers.some(({ id }) => id === event.containerId) ||
    sandboxes.some(({ id }) => id === event.containerId);
}

async function lookAgain(
  { containerId }: RuntimeEvent,
  record: PodRecord,
  deps: RuntimeWatchDeps,
  signal: AbortSignal,
): Promise<void> {
  for (const delay of lagDelaysMs) {
    if (!await waited(deps.clock, delay, signal) || !isStillSeen(containerId, record)) return;
    deps.pods.mark(record.uid);
  }
}

function isStillSeen(id: string, { seen }: PodRecord): boolean {
  return seen.containers.some((run) => run.id === id && isAlive(run)) ||
    seen.sandboxes.some((sandbox) => sandbox.id === id && sandbox.state === "Ready");
}
