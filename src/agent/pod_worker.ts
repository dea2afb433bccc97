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
import { type Pod, podKey, type PodStatus } from "../core/k8s.ts";
import type { Action } from "../core/pod/action.ts";
import type { BackoffPolicy } from "../core/pod/backoff.ts";
import { setCutOffAside } from "../core/pod/cut_off_start.ts";
import {
  goneMemory,
  hastenObjects,
  type PodMemory,
  rememberPhase,
  terminalPhase,
} from "../core/pod/memory.ts";
import { plan } from "../core/pod/plan.ts";
import type { Deletion, Plan } from "../core/pod/plan_input.ts";
import { isDown } from "../core/pod/observed.ts";
import { isLegal, isOver, type PodState } from "../core/pod/state.ts";
import { terminations } from "../core/metrics/container_type.ts";
import { podStatus } from "../core/pod/status.ts";
import { rememberVerdicts } from "../core/probe/remembered.ts";
import type { Log } from "../ports/log.ts";
import type { MemoryStore } from "../ports/memory_store.ts";
import { takeLook } from "./clock_steps.ts";
import { tellOfBackoff } from "./events/backoff_events.ts";
import { execute, type ExecuteDeps } from "./execute.ts";
import type { Observer } from "./observe.ts";
import { type NetworkWaitDeps, waitsForNetwork } from "./network_wait.ts";
import { isOfServer, newestPod, type PodRecord } from "./pod_record.ts";
import type { PodStarts } from "./pod_starts.ts";
import type { Prober } from "./probes/prober.ts";
import type { StatusWriter } from "./cluster/status_writer.ts";

export interface PodWorkerDeps extends ExecuteDeps, NetworkWaitDeps {
  readonly observer: Observer;
  readonly prober: Prober;
  readonly store: MemoryStore;
  readonly statuses: StatusWriter;
  readonly starts: PodStarts;
  readonly log: Log;
  readonly backoff: BackoffPolicy;
  /** The node's own addresses; the first one is `hostIP`. */
  readonly nodeIps: () => readonly string[];
}

/** How a pass over a pod ended. */
export type PassResult =
  | { readonly kind: "Settled"; readonly wakeAt: Instant | undefined }
  | { readonly kind: "Gone" };

/** Until a pod says again that it waits for the network; when there is one, it is told. */
const networkWaitMs = 10 * second;

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
    const seen = setCutOffAside(await deps.observer.observe(record.uid), record.memory);
    takeLook(record, seen, deps.clock);
    takeEviction(record);
    takeServersWord(record);
    takeObjectChange(record, deps);
    takeProbes(record, deps);
    const ending = record.terminating;
    const planned = planNow(record, deps);
    settle(record, planned, deps);
    // Before the wait for containers to end: an agent that comes after this one goes on counting their grace period.
    if (isStopping(planned)) await saveMemory(record, deps);
    if (planned.actions.length > 0 && await mustWait(record, deps, stop)) {
      await saveMemory(record, deps);
      return { kind: "Settled", wakeAt: deps.clock.now() + networkWaitMs };
    }
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

/** A pod that ends needs no network. */
async function mustWait(
  record: PodRecord,
  deps: PodWorkerDeps,
  stop: AbortSignal,
): Promise<boolean> {
  const { desired } = record;
  return desired !== null && !isEnding(record) && await waitsForNetwork(desired, deps, stop);
}

function isEnding({ terminating, memory, state }: PodRecord): boolean {
  return terminating || memory.end !== undefined || (state !== null && isOver(state));
}

function takeEviction(record: PodRecord): void {
  if (record.eviction === null) return;
  record.memory = { ...record.memory, end: record.eviction };
  record.eviction = null;
}

/** A pod that ends needs to be neither alive nor started. */
function takeProbes(record: PodRecord, { prober }: PodWorkerDeps): void {
  prober.sync(record, { isEnding: isEnding(record) });
  record.memory = rememberVerdicts(record.memory, record.probes);
}

/** Somebody else may say that the pod has ended: then it is to end. */
function takeServersWord(record: PodRecord): void {
  const status = record.desired?.status;
  if (status !== undefined) record.memory = withPhase(record.memory, status);
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

function planNow(record: PodRecord, { clock, backoff, statuses }: PodWorkerDeps): Plan {
  return plan({
    desired: record.desired,
    deletion: deletionOf(record, statuses),
    former: record.former,
    isReleased: record.isReleased,
    refusal: record.refusal,
    seen: record.seen,
    probes: record.probes,
    memory: record.memory,
    now: clock.now(),
    backoff,
  });
}

function deletionOf(
  { uid, former, isOnServer, isFinal }: PodRecord,
  statuses: StatusWriter,
): Deletion | null {
  if (!isOnServer) return null;
  return {
    graceSeconds: former?.metadata.deletionGracePeriodSeconds,
    isReported: isFinal && statuses.isWritten(uid),
  };
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
  const { end } = planned.memory;
  if (end !== undefined && record.memory.end === undefined) {
    deps.events.normal(record.subject, end);
  }
  record.state = state;
  record.memory = planned.memory;
  publish(record, state, deps);
}

/** Shows at once what probes have found, though the pod may be in the middle of a step. */
export function publishProbes(record: PodRecord, deps: PodWorkerDeps): void {
  if (record.state !== null) publish(record, record.state, deps);
}

function publish(record: PodRecord, state: PodState, deps: PodWorkerDeps): void {
  const pod = newestPod(record);
  // Once a pod that goes has ended, it is shown so for as long as it is there.
  if (pod === null || (record.terminating && record.isFinal)) return;
  const before = record.status;
  record.status = statusOf(pod, record, state, deps);
  record.isFinal = isOver(state) && isDown(record.seen);
  // A refusal is decided anew when the agent starts anew.
  if (record.isFinal && state.kind !== "Rejected") {
    record.memory = withPhase(record.memory, record.status);
  }
  deps.statuses.write(record.subject, record.status);
  measure(record.uid, { ...(before && { before }), after: record.status }, deps);
  tellOfBackoff({ pod, before, after: record.status, events: deps.events });
  if (record.status.phase !== before?.phase) {
    const key = podKey({ metadata: record.subject });
    deps.log.info("Pod changed its phase", { pod: key, phase: record.status.phase });
  }
}

/** What an earlier agent has counted is in the status that this one begins with. */
function measure(
  uid: string,
  change: { readonly before?: PodStatus; readonly after: PodStatus },
  { starts, metrics }: PodWorkerDeps,
): void {
  starts.shown(uid, change);
  if (change.before === undefined) return;
  for (const end of terminations({ before: change.before, after: change.after })) {
    metrics.pods.terminatedContainers.inc({ ...end });
  }
}

function statusOf(
  pod: Pod,
  record: PodRecord,
  state: PodState,
  { clock, backoff, nodeIps, statuses }: PodWorkerDeps,
): PodStatus {
  const previous = statuses.last(record.uid) ?? record.status;
  const isPast = isOver(state) && !record.terminating && isBare(record);
  // An earlier agent said all there is to say.
  if (isPast && previous && terminalPhase(previous.phase) !== undefined) return previous;
  return podStatus({
    pod,
    seen: record.seen,
    probes: record.probes,
    memory: record.memory,
    end: record.refusal ?? record.memory.end ?? null,
    ended: isOver(state),
    isDeleted: record.terminating,
    now: clock.now(),
    backoff,
    nodeIps: nodeIps(),
    previous,
  });
}

function withPhase(memory: PodMemory, status: PodStatus): PodMemory {
  const phase = terminalPhase(status.phase);
  return phase === undefined ? memory : rememberPhase(memory, phase);
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
      pod: newestPod(record),
      subject: record.subject,
      seen: record.seen,
      memory: record.memory,
      kill: AbortSignal.any([record.kill.signal, stop]),
      hurry: record.hurry.signal,
    }, deps);
    if (action.kind === "ReleaseResources") record.isReleased = true;
  }
}

/**
 * A static pod may come again under its UID, and is forgotten. One of the API server may only be shown again by a server that has
 * lost its newest data: that it ended is kept. A store that cannot write holds nobody up.
 */
async function forget(record: PodRecord, deps: PodWorkerDeps): Promise<PassResult> {
  deps.observer.forget(record.uid);
  deps.volumes.forget(record.uid);
  deps.prober.forget(record.subject);
  deps.endings.forget(record.uid);
  if (isOfServer(record)) {
    record.memory = goneMemory(record.memory, deps.clock.now());
    await saveMemory(record, deps);
    return { kind: "Gone" };
  }
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
