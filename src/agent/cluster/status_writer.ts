/**
 * The only writer of pods' statuses in the API server: it sends what has changed, at once, and keeps the newest of each pod while
 * the server cannot be asked. A pod that has left the node is deleted there once its last status is.
 */
import { type KubeObject, type ObjectRef, pods } from "../../core/kube/resource.ts";
import type { PodStatus } from "../../core/k8s.ts";
import type { PlainMap } from "../../core/plain_map.ts";
import { withTimesOf } from "../../core/pod/conditions.ts";
import { statusPatch } from "../../core/pod/status_patch.ts";
import type { AgentMetrics } from "../../core/metrics/agent_metrics.ts";
import { isSameJson } from "../../core/same_json.ts";
import type { Clock } from "../../ports/clock.ts";
import { Conflict, Forbidden, Invalid, NotFound } from "../../ports/errors.ts";
import type { KubeApi } from "../../ports/kube_api.ts";
import type { Log } from "../../ports/log.ts";
import type { Random } from "../../ports/random.ts";
import { stopwatch } from "../../ports/stopwatch.ts";
import { createRequestPump } from "./request_pump.ts";

/** The object that shows a pod's status: the pod itself or, of a static pod, its mirror. */
export interface StatusTarget extends KubeObject {
  readonly metadata: {
    readonly namespace: string;
    readonly name: string;
    readonly uid: string;
    readonly resourceVersion?: string;
  };
  readonly status?: PodStatus;
}

/** Pods are named by the UID that they have on the node. */
export interface StatusWriter {
  /** What the pod's status is from now on. */
  write(uid: string, status: PodStatus): void;
  /** The pod's object as the server shows it now; null where it has none. */
  see(uid: string, target: StatusTarget | null): void;
  /** The newest status there is: what was written last or, by an earlier agent, what the server has. */
  last(uid: string): PodStatus | undefined;
  /** Whether the server has the status that was written last. */
  isWritten(uid: string): boolean;
  /** Nothing of the pod is left on the node: its object may go. */
  release(uid: string): void;
  forget(uid: string): void;
  /** The server answers again. */
  resume(): void;
  /** Begins no more requests; what is not sent now is sent by the next agent. */
  close(): Promise<void>;
}

/** For a node that belongs to no cluster: nobody asks for its statuses. */
export const noStatusWriter: StatusWriter = {
  write: () => {},
  see: () => {},
  last: () => undefined,
  isWritten: () => true,
  release: () => {},
  forget: () => {},
  resume: () => {},
  close: () => Promise.resolve(),
};

export interface StatusWriterDeps {
  readonly kube: KubeApi;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Pick<AgentMetrics, "pods">;
  /** The server has got the status that was written last. */
  readonly onWritten: (uid: string) => void;
}

interface Entry {
  /** Since when the server lacks what was written; null while it does not. */
  lacking: (() => number) | null;
  status: PodStatus | null;
  target: StatusTarget | null;
  /** The object that was seen last, be it older than the target or not. */
  seen: StatusTarget | null;
  /** What the server has made of a status: it need not keep all of it. */
  answer: { readonly to: PodStatus; readonly shown: PodStatus } | null;
  /** The versions that own writes have made and that were not heard of since, oldest first. */
  versions: readonly string[];
  isReleased: boolean;
  isDeleted: boolean;
}

/** How many requests are under way at most. */
const sideBySide = 8;

/** How many of its own writes to a pod are recognized. */
const keptVersions = 8;

export function createStatusWriter(deps: StatusWriterDeps): StatusWriter {
  const { kube } = deps;
  const entries = new Map<string, Entry>();
  const pump = createRequestPump({ ...deps, work: send, sideBySide });

  function entryOf(uid: string): Entry {
    const known = entries.get(uid);
    if (known !== undefined) return known;
    const fresh = newEntry();
    entries.set(uid, fresh);
    return fresh;
  }

  function write(uid: string, status: PodStatus): void {
    const entry = entryOf(uid);
    if (isSameJson(entry.status, status)) return;
    entry.status = status;
    entry.lacking ??= stopwatch(deps.clock);
    pump.add(uid);
  }

  function see(uid: string, target: StatusTarget | null): void {
    const entry = entryOf(uid);
    if (entry.seen === target) return;
    entry.seen = target;
    if (isEcho(entry, target)) return;
    if (entry.target === null) goOn(entry, target);
    entry.target = target;
    pump.add(uid);
  }

  function release(uid: string): void {
    entryOf(uid).isReleased = true;
    pump.add(uid);
  }

  async function send(uid: string): Promise<void> {
    const entry = entries.get(uid);
    if (entry === undefined || entry.target === null) return;
    const { target } = entry;
    try {
      await sendStatus(entry, target);
      if (!isDone(entry)) return;
      entry.lacking = null;
      deps.onWritten(uid);
      if (entry.isReleased && !entry.isDeleted) await remove(entry, target);
    } catch (err) {
      if (!await isGone(err, target)) throw err;
      if (entry.target === target) entry.target = null;
    }
  }

  async function sendStatus(entry: Entry, target: StatusTarget): Promise<void> {
    const { status } = entry;
    const body = patchOf(entry);
    if (status === null || body === null) return;
    const ref = { ...refOf(target), subresource: "status" };
    const answer = await kube.patch<StatusTarget>(ref, { kind: "strategic", body });
    entry.target = withoutRest(answer);
    if (entry.status === status) told(entry);
    entry.answer = { to: status, shown: answer.status ?? {} };
    // The watch may tell of it before the answer comes.
    if (versionOf(entry.seen) === versionOf(answer)) entry.versions = [];
    else entry.versions = [...entry.versions, versionOf(answer)].slice(-keptVersions);
  }

  /** The server has all that was written. */
  function told(entry: Entry): void {
    if (entry.lacking !== null) deps.metrics.pods.statusSyncDuration.observe({}, entry.lacking());
    entry.lacking = null;
  }

  async function remove(entry: Entry, target: StatusTarget): Promise<void> {
    await kube.delete(refOf(target), { gracePeriodSeconds: 0, uid: target.metadata.uid });
    entry.isDeleted = true;
  }

  /** Whether the object is no more, or has made way for another of its name. */
  async function isGone(err: unknown, target: StatusTarget): Promise<boolean> {
    if (err instanceof NotFound) return true;
    // A patch with another UID is Invalid, a deletion Conflict.
    if (!(err instanceof Conflict || err instanceof Invalid)) return false;
    try {
      return (await kube.get(refOf(target))).metadata?.uid !== target.metadata.uid;
    } catch (error) {
      // A node may read no pods but those that are bound to it.
      if (error instanceof NotFound || error instanceof Forbidden) return true;
      throw error;
    }
  }

  return {
    write,
    see,
    last(uid) {
      const entry = entries.get(uid);
      return entry?.status ?? entry?.target?.status;
    },
    isWritten(uid) {
      const entry = entries.get(uid);
      return entry !== undefined && isDone(entry);
    },
    release,
    forget(uid) {
      entries.delete(uid);
      pump.forget(uid);
    },
    resume: pump.resume,
    close: pump.close,
  };
}

function newEntry(): Entry {
  return {
    lacking: null,
    status: null,
    target: null,
    seen: null,
    answer: null,
    versions: [],
    isReleased: false,
    isDeleted: false,
  };
}

/** What an earlier agent has said goes on, though it is heard of late. */
function goOn(entry: Entry, target: StatusTarget | null): void {
  if (entry.status === null || target?.status === undefined) return;
  entry.status = withTimesOf(entry.status, target.status);
}

function isDone(entry: Entry): boolean {
  return entry.status !== null && entry.target !== null && patchOf(entry) === null;
}

/** Null where there is nothing to send. */
function patchOf({ status, target, answer }: Entry): PlainMap | null {
  if (status === null || target === null) return null;
  const before = target.status ?? {};
  if (answer?.to === status && isSameJson(answer.shown, before)) return null;
  return statusPatch({ uid: target.metadata.uid, before, after: status });
}

/**
 * Whether it only shows what an own write has made. Such versions come in their order: one that comes later again is news, of a
 * server that has lost what came after it.
 */
function isEcho(entry: Entry, target: StatusTarget | null): boolean {
  const at = entry.versions.indexOf(versionOf(target));
  entry.versions = entry.versions.slice(at + 1);
  return at >= 0;
}

/** What counts of an object; the rest would only take memory. */
function withoutRest({ metadata, status = {} }: StatusTarget): StatusTarget {
  const { namespace, name, uid, resourceVersion } = metadata;
  const version = resourceVersion === undefined ? {} : { resourceVersion };
  return { metadata: { namespace, name, uid, ...version }, status };
}

function refOf({ metadata: { namespace, name } }: StatusTarget): ObjectRef {
  return { resource: pods, namespace, name };
}

function versionOf(target: StatusTarget | null): string {
  return target?.metadata.resourceVersion ?? "";
}
