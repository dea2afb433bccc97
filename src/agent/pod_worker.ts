/**
 * Works on one pod: look, plan, act, and again until nothing is left to do.
 *
 *     observe ──▶ plan ──▶ status, memory ──▶ actions? ──no──▶ wait for an event or `wakeAt`
 *        ▲                                       │yes
 *        └───────────── execute ◀────────────────┘
 *
 * It may assume that nobody else works on the same pod, and that it may be cut off between any two steps.
 */
import type { Instant } from "../core/instant.ts";
import { second } from "../core/instant.ts";
import { podKey } from "../core/k8s.ts";
import type { Action } from "../core/pod/action.ts";
import type { BackoffPolicy } from "../core/pod/backoff.ts";
import { plan } from "../core/pod/plan.ts";
import { hastenObjects } from "../core/pod/memory.ts";
import type { Plan } from "../core/pod/plan_input.ts";
import { isLegal, isOver, type PodState } from "../core/pod/state.ts";
import { podStatus } from "../core/pod/status.ts";
import type { Log } from "../ports/log.ts";
import type { MemoryStore } from "../ports/memory_store.ts";
import { tellOfBackoff } from "./backoff_events.ts";
import { execute, type ExecuteDeps } from "./execute.ts";
import type { Observer } from "./observe.ts";
import type { PodRecord } from "./pod_record.ts";

export interface PodWorkerDeps extends ExecuteDeps {
  readonly observer: Observer;
  readonly store: MemoryStore;
  readonly log: Log;
  readonly backoff: BackoffPolicy;
  /** The node's own addresses; the first one is `hostIP`. */
  readonly nodeIps: readonly string[];
}

/** How a pass over a pod ended. */
export type PassResult =
  | { readonly kind: "Settled"; readonly wakeAt: Instant | undefined }
  | { readonly kind: "Gone" };

/** A pod that is not settled after so many rounds yields, and goes on a moment later. */
const maxRounds = 50;

/** Brings the pod as far as it can be brought now. Throws when the runtime is away: the caller tries again. */
export async function syncPod(
  record: PodRecord,
  deps: PodWorkerDeps,
  stop: AbortSignal,
): Promise<PassResult> {
  for (let round = 0; round < maxRounds; round++) {
    stop.throwIfAborted();
    record.seen = await deps.observer.observe(record.uid);
    takeEviction(record);
    takeObjectChange(record, deps);
    const ending = record.terminating;
    const planned = planNow(record, deps);
    settle(record, planned, deps);
    // Before the wait for containers to end: an agent that comes after this one goes on counting their grace period.
    if (isStopping(planned)) await saveMemory(record, deps);
    await carryOut(planned.actions, record, deps, stop);
    // Deleted while its start was under way: what was planned is void.
    if (record.terminating !== ending) continue;
    if (planned.state.kind === "Gone") return await forget(record, deps);
    if (planned.actions.length === 0) {
      await saveMemory(record, deps);
      const volumesAt = await keepVolumes(record, deps);
      return { kind: "Settled", wakeAt: earlier(planned.wakeAt, volumesAt) };
    }
  }
  deps.log.warn("Pod does not settle, going on in a moment", { uid: record.uid });
  return { kind: "Settled", wakeAt: deps.clock.now() + second };
}

function isStopping({ memory, actions }: Plan): boolean {
  return memory.stoppingSince !== undefined &&
    actions.some(({ kind }) => kind === "StopContainers");
}

function takeEviction(record: PodRecord): void {
  if (record.eviction === null) return;
  record.memory = { ...record.memory, end: record.eviction };
  record.eviction = null;
}

/** What failed for want of an object that has changed since is tried again at once. */
function takeObjectChange(record: PodRecord, { volumes }: PodWorkerDeps): void {
  if (volumes.takeChange(record.uid)) record.memory = hastenObjects(record.memory);
}

/** Only while the pod's sandbox lives: before that its volumes are made, and after that nobody looks at them. */
async function keepVolumes(
  { desired, state }: PodRecord,
  { volumes }: PodWorkerDeps,
): Promise<Instant | undefined> {
  const isUp = state?.kind === "Running" || state?.kind === "Initializing";
  return desired !== null && isUp ? await volumes.keep(desired) : undefined;
}

function earlier(one: Instant | undefined, other: Instant | undefined): Instant | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return Math.min(one, other);
}

function planNow(record: PodRecord, { clock, backoff }: PodWorkerDeps): Plan {
  return plan({
    desired: record.desired,
    former: record.former,
    refusal: record.refusal,
    seen: record.seen,
    memory: record.memory,
    now: clock.now(),
    backoff,
  });
}

/** Takes over what was planned: state, memory and the status that follows from them. */
function settle(record: PodRecord, planned: Plan, deps: PodWorkerDeps): void {
  const before = record.state;
  const { state } = planned;
  if (before !== null && !isLegal({ from: before.kind, to: state.kind })) {
    deps.log.error("Pod took a step that the table of states does not know", {
      uid: record.uid,
      from: before.kind,
      to: state.kind,
    });
  }
  record.state = state;
  record.memory = planned.memory;
  publish(record, state, deps);
}

function publish(record: PodRecord, state: PodState, deps: PodWorkerDeps): void {
  const { clock, backoff, nodeIps, log, events } = deps;
  const pod = record.desired ?? record.former;
  if (pod === null) return;
  const before = record.status;
  // A pod that is going is shown as it was last, not as one that has no containers yet.
  if (record.terminating && before !== undefined && isBare(record)) return;
  record.status = podStatus({
    pod,
    seen: record.seen,
    memory: record.memory,
    end: record.refusal ?? record.memory.end ?? null,
    ended: isOver(state),
    now: clock.now(),
    backoff,
    nodeIps,
    previous: before,
  });
  tellOfBackoff({ pod, before, after: record.status, events });
  if (record.status.phase !== before?.phase) {
    const key = podKey({ metadata: record.subject });
    log.info("Pod changed its phase", { pod: key, phase: record.status.phase });
  }
}

function isBare({ seen }: PodRecord): boolean {
  return seen.containers.length === 0 && seen.sandboxes.length === 0;
}

async function carryOut(
  actions: readonly Action[],
  record: PodRecord,
  deps: PodWorkerDeps,
  stop: AbortSignal,
): Promise<void> {
  const ending = record.terminating;
  for (const action of actions) {
    stop.throwIfAborted();
    if (record.terminating !== ending) return;
    deps.log.debug("Carrying out", { uid: record.uid, action });
    record.memory = await execute(action, {
      pod: record.desired ?? record.former,
      subject: record.subject,
      seen: record.seen,
      memory: record.memory,
      kill: AbortSignal.any([record.kill.signal, stop]),
    }, deps);
  }
}

/** A store that cannot write keeps a memory too many, and holds nobody up. */
async function forget(record: PodRecord, deps: PodWorkerDeps): Promise<PassResult> {
  deps.observer.forget(record.uid);
  deps.volumes.forget(record.uid);
  try {
    await deps.store.remove(record.uid);
  } catch (err) {
    deps.log.warn("Could not forget what was remembered of the pod", { uid: record.uid, err });
  }
  return { kind: "Gone" };
}

/** A store that cannot write costs the memory after the next restart, nothing else. */
async function saveMemory(record: PodRecord, { store, log }: PodWorkerDeps): Promise<void> {
  if (record.savedMemory === record.memory) return;
  try {
    await store.save(record.uid, record.memory);
    record.savedMemory = record.memory;
  } catch (err) {
    log.warn("Could not store what to remember of the pod", { uid: record.uid, err });
  }
}
