/**
 * The only writer of pods' statuses in the API server: it sends what has changed, at once, and keeps the newest of each pod while
 * the server cannot be asked. A pod that has left the node is deleted there once its last status is.
 */
import { versionNumber } from "../../core/kube/known_list.ts";
import { type KubeObject, type ObjectRef, pods } from "../../core/kube/resource.ts";
import type { PodStatus } from "../../core/k8s.ts";
import type { JournalObject, JournalRecord } from "../../core/journal/record.ts";
import type { PlainMap } from "../../core/plain_map.ts";
import { withTimesOf } from "../../core/pod/conditions.ts";
import { withCountsOf } from "../../core/pod/restart_counts.ts";
import { statusPatch } from "../../core/pod/status_patch.ts";
import type { AgentMetrics } from "../../core/metrics/agent_metrics.ts";
import { isSameJson } from "../../core/same_json.ts";
import type { Clock } from "../../ports/clock.ts";
import { Conflict, Forbidden, Invalid, NotFound } from "../../ports/errors.ts";
import type { KubeApi } from "../../ports/kube_api.ts";
import type { Log } from "../../ports/log.ts";
import type { Random } from "../../ports/random.ts";
import { stopwatch } from "../../ports/stopwatch.ts";
import type { JournalKeeper, Recorded } from "../journal/journal_keeper.ts";
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

/** Which pod a status is of. */
export interface PodAbout {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

/** Pods are named by the UID that they have on the node. */
export interface StatusWriter {
  /** What the pod's status is from now on. */
  write(about: PodAbout, status: PodStatus): void;
  /** The pod's object as the server shows it now; null where it has none. */
  see(uid: string, target: StatusTarget | null): void;
  /** The newest status there is: what was written last or, by an earlier agent, what the server has. */
  last(uid: string): PodStatus | undefined;
  /** Whether the server has the status that was written last. */
  isWritten(uid: string): boolean;
  /** Nothing of the pod is left on the node: its object may go. */
  release(uid: string): void;
  forget(uid: string): void;
  /** Of what an earlier agent has left only these pods are still on the node. */
  keepOnly(uids: ReadonlySet<string>): void;
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
  keepOnly: () => {},
  resume: () => {},
  close: () => Promise.resolve(),
};

export interface StatusWriterDeps {
  readonly kube: KubeApi;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** What is reported is in it before. */
  readonly keeper: Pick<
    JournalKeeper,
    "changed" | "gone" | "status" | "objects" | "acknowledge" | "earlier" | "isTold"
  >;
  /** See RequestPumpDeps. */
  readonly pace: () => Promise<void>;
  readonly metrics: Pick<AgentMetrics, "pods">;
  /** Whether the server has told of pods yet: before that, objects are what an earlier agent was told. */
  readonly hasAnswered: () => boolean;
  /** The server has got the status that was written last. */
  readonly onWritten: (uid: string) => void;
}

interface Entry {
  about: PodAbout | null;
  /** The records of what is not reported yet. */
  sequences: readonly number[];
  /** Resolves when the last of them is on the disk. */
  durable: Promise<void>;
  /** The journal has told what was said last: the server's word is older. */
  readonly isJournaled: boolean;
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
  /** The target is what an earlier agent was told. */
  isRemembered: boolean;
  isReleased: boolean;
  isDeleted: boolean;
}

/** How many requests are under way at most. */
const sideBySide = 8;

/** How many of its own writes to a pod are recognized. */
const keptVersions = 8;

export function createStatusWriter(deps: StatusWriterDeps): StatusWriter {
  const { kube, keeper } = deps;
  const entries = new Map<string, Entry>();
  const left = recordsOfPods(keeper.earlier());
  const pump = createRequestPump({ ...deps, work: send, sideBySide });

  function entryOf(uid: string): Entry {
    const known = entries.get(uid);
    if (known !== undefined) return known;
    const sequences = left.get(uid) ?? [];
    left.delete(uid);
    const isJournaled = keeper.status(keyOf(uid)) !== undefined;
    const fresh = newEntry({ sequences, isJournaled });
    entries.set(uid, fresh);
    return fresh;
  }

  function write(about: PodAbout, status: PodStatus): void {
    const { uid } = about;
    const entry = entryOf(uid);
    if (isSameJson(entry.status, status)) return;
    entry.about = about;
    entry.status = status;
    record(entry, keeper.changed(objectOf(about), status));
    entry.lacking ??= stopwatch(deps.clock);
    pump.add(uid);
  }

  function record(entry: Entry, recorded: Recorded | null): void {
    if (recorded === null) return;
    entry.sequences = [...entry.sequences, recorded.sequence];
    entry.durable = recorded.durable;
  }

  function see(uid: string, target: StatusTarget | null): void {
    const entry = entryOf(uid);
    if (entry.seen === target) return;
    entry.seen = target;
    if (isEcho(entry, target)) return;
    const isNews = entry.target === null || isBehind(entry, target);
    if (isNews && !entry.isJournaled) goOn(entry, target);
    entry.isRemembered = !deps.hasAnswered();
    entry.target = target;
    pump.add(uid);
  }

  function release(uid: string): void {
    entryOf(uid).isReleased = true;
    pump.add(uid);
  }

  async function send(uid: string): Promise<void> {
    const entry = entries.get(uid);
    // What the server has now is told before it is changed.
    if (entry === undefined || entry.target === null || entry.isRemembered) return;
    const { target } = entry;
    await untilDurable(entry);
    if (isToldElsewhere(entry)) return;
    try {
      await sendStatus(entry, target);
      if (!isDone(entry)) return;
      entry.lacking = null;
      keeper.acknowledge(entry.sequences);
      entry.sequences = [];
      deps.onWritten(uid);
      if (entry.isReleased && !entry.isDeleted) await remove(entry, target);
    } catch (err) {
      if (!await isGone(err, target)) throw err;
      if (entry.target === target) entry.target = null;
    }
  }

  /** Another way has told the server of all of it meanwhile: what it has made of that is heard of soon. */
  function isToldElsewhere(entry: Entry): boolean {
    const isTold = keeper.isTold(entry.sequences);
    if (isTold) entry.sequences = [];
    return isTold;
  }

  async function sendStatus(entry: Entry, target: StatusTarget): Promise<void> {
    const { status } = entry;
    const body = patchOf(entry);
    if (status === null || body === null) return;
    const ref = { ...refOf(target), subresource: "status" };
    const answer = await kube.patch<StatusTarget>(ref, { kind: "strategic", body });
    // The watch may tell before the answer comes, of it or of what somebody else has made of it since: that is to be answered.
    const isPast = entry.target !== target && isNewer(entry.target, { than: answer });
    if (!isPast) entry.target = withoutRest(answer);
    if (entry.status === status && !isPast) told(entry);
    entry.answer = { to: status, shown: answer.status ?? {} };
    if (isPast || versionOf(entry.seen) === versionOf(answer)) entry.versions = [];
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

  function journaled(uid: string): PodStatus | undefined {
    const status = keeper.status(keyOf(uid));
    return status !== undefined && isPodStatus(status) ? status : undefined;
  }

  function forget(uid: string): void {
    const { about, sequences } = entryOf(uid);
    const gone = keeper.gone(objectOf(about ?? { namespace: "", name: "", uid }));
    keeper.acknowledge(gone === null ? sequences : [...sequences, gone.sequence]);
    entries.delete(uid);
    pump.forget(uid);
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
      return entry?.status ?? journaled(uid) ?? entry?.target?.status;
    },
    isWritten(uid) {
      const entry = entries.get(uid);
      return entry !== undefined && isDone(entry);
    },
    release,
    forget,
    keepOnly(uids) {
      const known = keeper.objects().filter((key) => key.startsWith(podPrefix))
        .map((key) => key.slice(podPrefix.length));
      for (const uid of [...known, ...left.keys()]) if (!uids.has(uid)) forget(uid);
    },
    resume: pump.resume,
    close: pump.close,
  };
}

function newEntry(journal: Pick<Entry, "sequences" | "isJournaled">): Entry {
  return {
    ...journal,
    about: null,
    durable: Promise.resolve(),
    lacking: null,
    status: null,
    target: null,
    seen: null,
    answer: null,
    versions: [],
    isRemembered: false,
    isReleased: false,
    isDeleted: false,
  };
}

/** Whether an earlier agent has said more than was remembered. */
function isBehind({ isRemembered, target }: Entry, shown: StatusTarget | null): boolean {
  return isRemembered && versionOf(target) !== versionOf(shown);
}

/** What an earlier agent has said goes on, though it is heard of late. */
function goOn(entry: Entry, target: StatusTarget | null): void {
  if (entry.status === null || target?.status === undefined) return;
  entry.status = withCountsOf(withTimesOf(entry.status, target.status), target.status);
}

function isDone(entry: Entry): boolean {
  return entry.status !== null && entry.target !== null && patchOf(entry) === null;
}

/** Also what is recorded while it waits. */
async function untilDurable(entry: Entry): Promise<void> {
  let waited: Promise<void> | null = null;
  while (waited !== entry.durable) {
    waited = entry.durable;
    await waited;
  }
}

const podPrefix = "pod ";

function keyOf(uid: string): string {
  return `${podPrefix}${uid}`;
}

function objectOf({ namespace, name, uid }: PodAbout): JournalObject {
  return { kind: "Pod", namespace, name, uid };
}

/** What the journal gives of a pod; a Node has no phase. */
function isPodStatus(status: PlainMap): status is PlainMap & PodStatus {
  return typeof status["phase"] === "string";
}

/** The sequences of each pod's records, by its UID. */
function recordsOfPods(records: readonly JournalRecord[]): Map<string, readonly number[]> {
  const of = new Map<string, readonly number[]>();
  for (const { entry, sequence } of records) {
    if (entry.kind !== "Changed" && entry.kind !== "Gone") continue;
    const { kind, uid } = entry.object;
    if (kind === "Pod") of.set(uid, [...of.get(uid) ?? [], sequence]);
  }
  return of;
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

function isNewer(
  target: StatusTarget | null,
  { than }: { readonly than: StatusTarget },
): boolean {
  if (target?.metadata.uid !== than.metadata.uid) return false;
  return versionNumber(versionOf(target)) > versionNumber(versionOf(than));
}

function versionOf(target: StatusTarget | null): string {
  return target?.metadata.resourceVersion ?? "";
}
