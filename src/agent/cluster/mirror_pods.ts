/** Keeps a mirror pod in the API server for each static pod of the node, so that the cluster sees it. */
import { type KubeObject, nodes, pods } from "../../core/kube/resource.ts";
import { type Pod, podKey } from "../../core/k8s.ts";
import { isMirrorOf, mirrorOf } from "../../core/pod/mirror_pod.ts";
import type { Clock } from "../../ports/clock.ts";
import { Conflict, NotFound } from "../../ports/errors.ts";
import type { KubeApi } from "../../ports/kube_api.ts";
import type { Log } from "../../ports/log.ts";
import type { Random } from "../../ports/random.ts";
import { isOfServer, type PodRecord } from "../pod_record.ts";
import { createRequestPump } from "./request_pump.ts";
import type { StatusWriter } from "./status_writer.ts";

export interface MirrorPods {
  /** The mirrors that the API server has now. */
  see(mirrors: readonly Pod[]): void;
  /** The static pods of the node have changed. `isCertain`: those that are missing are not wanted any more. */
  update(options: { readonly isCertain: boolean }): void;
  /** The server answers again. */
  resume(): void;
  close(): Promise<void>;
}

export interface MirrorPodsDeps {
  readonly kube: KubeApi;
  readonly nodeName: string;
  /** The pods on the node now. */
  readonly records: () => readonly PodRecord[];
  readonly statuses: StatusWriter;
  /** See RequestPumpDeps. */
  readonly pace: () => Promise<void>;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

/** Mirrors are few, and nobody waits for them. */
const sideBySide = 2;

export function createMirrorPods(deps: MirrorPodsDeps): MirrorPods {
  const { kube, nodeName, statuses, log } = deps;
  const pump = createRequestPump({ ...deps, work, sideBySide });
  /** By `namespace/name`, as the static pods: their UIDs differ. Null until the server has told them. */
  let mirrors: ReadonlyMap<string, Pod> | null = null;
  let isCertain = false;

  /** By name: a mirror has a UID of its own. */
  function statics(): ReadonlyMap<string, StaticPod> {
    const all = deps.records().filter((record) => !isOfServer(record));
    const entries = all.map(({ uid, subject, desired }) =>
      [podKey({ metadata: subject }), { uid, pod: desired }] as const
    );
    // Of two with one name the one that is being ended counts: the other waits for it.
    return new Map(
      entries.toSorted(([, a], [, b]) => Number(a.pod === null) - Number(b.pod === null)),
    );
  }

  function see(now: readonly Pod[]): void {
    mirrors = new Map(now.map((mirror) => [podKey(mirror), mirror]));
    reconcile();
  }

  function update(options: { readonly isCertain: boolean }): void {
    ({ isCertain } = options);
    reconcile();
  }

  function reconcile(): void {
    if (mirrors === null) return;
    const wanted = statics();
    for (const key of new Set([...wanted.keys(), ...mirrors.keys()])) {
      const about = { own: wanted.get(key), mirror: mirrors.get(key) };
      if (about.own !== undefined) statuses.see(about.own.uid, shownBy(about));
      if (stepFor(about) !== "Keep") pump.add(key);
    }
  }

  function stepFor({ own, mirror }: About): Step {
    if (own === undefined) return mirror !== undefined && isCertain ? "Delete" : "Keep";
    // A static pod that is being ended is shown until it is gone.
    if (own.pod === null) return "Keep";
    if (mirror === undefined) return "Create";
    return isMirrorOf(mirror, own.pod) ? "Keep" : "Replace";
  }

  async function work(key: string): Promise<void> {
    const about = { own: statics().get(key), mirror: mirrors?.get(key) };
    const step = stepFor(about);
    if (step === "Delete" || step === "Replace") await remove(about.mirror);
    if (step === "Create" || step === "Replace") await create(about.own?.pod ?? null);
  }

  async function remove(mirror: Pod | undefined): Promise<void> {
    if (mirror === undefined) return;
    const { namespace, name, uid } = mirror.metadata;
    log.info("Deleting a mirror pod that shows no static pod of this node", {
      pod: podKey(mirror),
    });
    try {
      await kube.delete({ resource: pods, namespace, name }, { gracePeriodSeconds: 0, uid });
    } catch (err) {
      if (!(err instanceof NotFound || err instanceof Conflict)) throw err;
    }
  }

  async function create(pod: Pod | null): Promise<void> {
    if (pod === null) return;
    const { namespace, name } = pod.metadata;
    const node = await kube.get<NodeObject>({ resource: nodes, name: nodeName });
    if (node.metadata.deletionTimestamp !== undefined) return;
    log.info("Creating a mirror pod for a static pod", { pod: podKey(pod) });
    try {
      const mirror = mirrorOf(pod, { name: nodeName, uid: node.metadata.uid });
      await kube.create({ resource: pods, namespace, name }, mirror);
    } catch (err) {
      // It was made already, and will be seen.
      if (!(err instanceof Conflict)) throw err;
    }
  }

  return { see, update, resume: pump.resume, close: pump.close };
}

/** What is done about one name. */
type Step = "Keep" | "Create" | "Replace" | "Delete";

interface StaticPod {
  readonly uid: string;
  /** Null while it is being ended. */
  readonly pod: Pod | null;
}

interface About {
  readonly own: StaticPod | undefined;
  readonly mirror: Pod | undefined;
}

interface NodeObject extends KubeObject {
  readonly metadata: { readonly uid: string; readonly deletionTimestamp?: string };
}

/** The mirror that is to have the pod's status; none where it shows another version of the pod. */
function shownBy({ own, mirror }: About): Pod | null {
  if (own === undefined || mirror === undefined) return null;
  return own.pod === null || isMirrorOf(mirror, own.pod) ? mirror : null;
}
