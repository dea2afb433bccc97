/**
 * Makes the volumes of pods ready, and keeps what they show up to date while the pods run.
 *
 * Only a pod's worker works on its volumes: nothing here runs twice at a time for one pod.
 */
import type { Instant } from "../../core/instant.ts";
import type { Pod, Volume } from "../../core/k8s.ts";
import type { NodeSettings } from "../../core/node/settings.ts";
import { nextDelay, volumeBackoff } from "../../core/pod/backoff.ts";
import { atomicUpdate, dataDirectoryName } from "../../core/volume/atomic_update.ts";
import { managedVolume } from "../../core/volume/managed_volume.ts";
import type { Payload } from "../../core/volume/payload.ts";
import { type VolumeSteps, volumeSteps } from "../../core/volume/pod_steps.ts";
import type { Clock } from "../../ports/clock.ts";
import { messageOf } from "../../ports/errors.ts";
import type { Files } from "../../ports/files.ts";
import type { Random } from "../../ports/random.ts";
import type { PodEvents } from "../events/pod_events.ts";
import { gatherPayload, type PayloadRequest, type VolumePayloadDeps } from "./volume_payload.ts";

export interface PodVolumes {
  /**
   * Makes all volumes ready; tells of each that is not, and gives the first one's message, or null. Throws the signal's reason
   * when it aborts while the API server is waited for.
   */
  setUp(pod: Pod, signal: AbortSignal): Promise<string | null>;
  /**
   * Brings what the volumes of a running pod show up to date where it may not be, as far as that can be done without waiting;
   * gives when to look again.
   */
  keep(pod: Pod): Promise<Instant | undefined>;
  /** An object that the pod refers to has changed. */
  changed(podUid: string): void;
  /** Whether that has happened since the last time this was asked. */
  takeChange(podUid: string): boolean;
  /** Forgets a pod that is gone. */
  forget(podUid: string): void;
}

export interface PodVolumesDeps extends VolumePayloadDeps {
  readonly files: Files;
  readonly events: PodEvents;
  readonly clock: Clock;
  readonly random: Random;
  readonly node: NodeSettings;
}

/** What is known of a pod's volumes. */
interface Shown {
  /** What the pod said of itself when they were brought up to date last. */
  readonly self: string;
  /** Why they may be out of date already; null while they are right. */
  readonly failure: { readonly delayMs: number; readonly retryAt: number } | null;
}

export function createPodVolumes(deps: PodVolumesDeps): PodVolumes {
  const { files, tokens, events, clock } = deps;
  const pods = new Map<string, Shown>();
  /** Those whose objects changed: not yet asked for, and not yet shown. */
  const unasked = new Set<string>();
  const stale = new Set<string>();

  async function setUp(pod: Pod, signal: AbortSignal): Promise<string | null> {
    return await update(pod, volumeSteps({ pod, node: deps.node }), { wait: true, signal });
  }

  async function keep(pod: Pod): Promise<Instant | undefined> {
    if (!pod.spec.volumes?.some(isManaged)) return undefined;
    if (isDue(pod)) {
      const own = volumeSteps({ pod, node: deps.node }).filter(({ volume }) => isManaged(volume));
      await update(pod, own, { wait: false });
    }
    return nextLook(pod.metadata.uid);
  }

  function isDue(pod: Pod): boolean {
    const { uid } = pod.metadata;
    const shown = pods.get(uid);
    if (shown === undefined || stale.has(uid) || shown.self !== selfOf(pod)) return true;
    if (shown.failure !== null) return shown.failure.retryAt <= clock.monotonic();
    return tokens.renewalMs(uid) <= 0;
  }

  /** A token that is due before the next try comes with it: to look earlier would change nothing. */
  function nextLook(uid: string): Instant | undefined {
    const failure = pods.get(uid)?.failure ?? null;
    const ms = failure === null ? tokens.renewalMs(uid) : failure.retryAt - clock.monotonic();
    return ms === Infinity ? undefined : clock.now() + Math.max(0, ms);
  }

  /** All at the same time; a change that comes meanwhile makes them stale again. */
  async function update(
    pod: Pod,
    volumes: readonly VolumeSteps[],
    patience: Patience,
  ): Promise<string | null> {
    const { uid } = pod.metadata;
    stale.delete(uid);
    const problems = await Promise.all(volumes.map((volume) => problemOf(pod, volume, patience)));
    const messages = problems.filter((problem) => problem !== null);
    for (const message of messages) {
      events.warning(pod.metadata, { reason: "FailedMount", message });
    }
    const failure = messages.length === 0 ? null : failedAgain(uid);
    pods.set(uid, { self: selfOf(pod), failure });
    return messages[0] ?? null;
  }

  function failedAgain(uid: string): Shown["failure"] {
    const delayMs = nextDelay(pods.get(uid)?.failure?.delayMs, volumeBackoff);
    return { delayMs, retryAt: clock.monotonic() + delayMs };
  }

  async function problemOf(
    pod: Pod,
    steps: VolumeSteps,
    patience: Patience,
  ): Promise<string | null> {
    const failed = (why: string): string =>
      `MountVolume.SetUp failed for volume "${steps.volume.name}" : ${why}`;
    // What ends the wait for the API server is no failure of the volume; a volume that cannot be shown is not made either.
    const payload = await gatherPayload({ pod, volume: steps.volume, patience }, deps);
    if (payload === null) return null;
    if (!payload.ok) return failed(payload.error);
    try {
      await makeReady(pod, steps, payload.value);
      return null;
    } catch (err) {
      return failed(messageOf(err));
    }
  }

  async function makeReady(
    pod: Pod,
    { volume, steps, dir }: VolumeSteps,
    payload: Payload,
  ): Promise<void> {
    await files.apply(steps);
    if (!isManaged(volume)) return;
    const seen = await files.readTree(dir);
    const name = dataDirectoryName({ now: clock.now(), fraction: deps.random.fraction(), seen });
    const gid = pod.spec.securityContext?.fsGroup;
    await files.apply(atomicUpdate({ dir, payload, seen, name, gid }));
  }

  return {
    setUp,
    keep,
    changed(podUid) {
      unasked.add(podUid);
      stale.add(podUid);
    },
    takeChange: (podUid) => unasked.delete(podUid),
    forget(podUid) {
      pods.delete(podUid);
      unasked.delete(podUid);
      stale.delete(podUid);
      tokens.forget(podUid);
    },
  };
}

type Patience = PayloadRequest["patience"];

function isManaged(volume: Volume): boolean {
  return managedVolume(volume) !== null;
}

/** What a pod's volumes may show of the pod itself, as far as it can change while the pod lives. */
function selfOf({ metadata: { labels, annotations }, spec }: Pod): string {
  const shows = spec.volumes?.some(({ downwardAPI, projected }) =>
    downwardAPI !== undefined ||
    projected?.sources?.some((source) => source.downwardAPI !== undefined)
  ) ?? false;
  return shows ? JSON.stringify([labels, annotations]) : "";
}
