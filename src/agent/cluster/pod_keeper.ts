/** Keeps the API server's pods: through reboots, and through servers that are not to be believed when they do not show them. */
import type { HoldReason } from "../../core/kube/deletion_proof.ts";
import {
  type HeldDeletions,
  heldDeletions,
  holdText,
  parseHold,
} from "../../core/kube/held_deletions.ts";
import {
  absentFrom,
  afterAnswer,
  afterConfirmation,
  type Hold,
  isOlder,
  keptEarlier,
  type KeptPods,
  type ServerAnswer,
} from "../../core/kube/kept_pods.ts";
import { versionNumber } from "../../core/kube/known_list.ts";
import type { KubeObject } from "../../core/kube/resource.ts";
import { isMirror } from "../../core/pod/mirror_pod.ts";
import type { Clock } from "../../ports/clock.ts";
import type { FactStore } from "../../ports/fact_store.ts";
import type { Followed, KubeApi, KubeList, ListQuery } from "../../ports/kube_api.ts";
import type { Log } from "../../ports/log.ts";
import { waited } from "../../ports/waited.ts";
import { createClusterAsker } from "./cluster_asker.ts";
import { requestDelayMs } from "./request_delay.ts";
import { createStoredPods, type EarlierApiPods, type StoredPodsDeps } from "./stored_pods.ts";

/** The server has not told of its pods yet, or deletions of it are held. */
export type Doubt = "NoAnswer" | HoldReason;

export interface PodKeeper {
  /** The pods as an earlier agent left them. */
  restore(): Promise<EarlierApiPods>;
  /** What there was before the server has answered. */
  known(): KubeList<KubeObject>;
  /** Takes an answer of the server; asks of which cluster it is where that counts. */
  take(answer: Followed<KubeObject>, signal: AbortSignal): Promise<void>;
  shown(): readonly KubeObject[];
  held(): HeldDeletions | null;
  /** Why what the server says does not all count; null: it does. */
  doubt(): Doubt | null;
  /** Believes what is held; false: nothing is. */
  confirm(): Promise<boolean>;
  /** Some pod has left the node. */
  left(): void;
  /** See `StoredPods`. */
  begunAnew(): void;
  close(): Promise<void>;
}

export interface PodKeeperDeps extends StoredPodsDeps {
  readonly kube: KubeApi;
  readonly nodeName: string;
  /** Which pods are this node's. */
  readonly query: ListQuery;
  readonly clock: Clock;
  readonly log: Log;
  /** Other deletions are held than before; null: none are any more. */
  readonly onHold: (held: HeldDeletions | null) => void;
  /** The server has answered for the first time, or is to be believed again. */
  readonly onBelieved: () => void;
}

/** Who the server is, and what it shows. */
interface Verdict {
  readonly answer: ServerAnswer<KubeObject>;
  readonly cluster: "Same" | "Other";
}

const firstRetryMs = 200;

export function createPodKeeper(deps: PodKeeperDeps): PodKeeper {
  const { clock, log, store: { facts } } = deps;
  const stored = createStoredPods(deps);
  const asker = createClusterAsker({ ...deps, facts });
  let kept: KeptPods<KubeObject> = keptEarlier({ items: [], resourceVersion: "", hold: null });
  let known: KubeList<KubeObject> = { items: [], resourceVersion: "" };
  let latest: ServerAnswer<KubeObject> | null = null;
  let cluster: "Same" | "Other" | null = null;
  let missed = "";
  let told = "";

  async function restore(): Promise<EarlierApiPods> {
    const earlier = await stored.load();
    known = earlier;
    kept = keptEarlier({ ...known, hold: await readHold(facts, log) });
    tell();
    return earlier;
  }

  async function take(answer: Followed<KubeObject>, signal: AbortSignal): Promise<void> {
    if (!answer.available) {
      missed = "";
      return;
    }
    const verdict = await examined(answer, signal);
    if (verdict === null) return;
    const isFirst = latest === null;
    latest = verdict.answer;
    cluster = verdict.cluster;
    await believe(verdict);
    if (isFirst && isBelieved()) deps.onBelieved();
  }

  /**
   * Who the server is and what it shows is asked anew before pods go that it does not show, and when it shows others than before;
   * null: the signal has aborted.
   */
  async function examined(
    answer: Followed<KubeObject>,
    signal: AbortSignal,
  ): Promise<Verdict | null> {
    const absent = absentFrom(kept, answer);
    const assumed: Verdict = { answer, cluster: cluster ?? "Same" };
    const { items } = decided(assumed);
    const isNews = absent.length > 0 && absent.join() !== missed;
    missed = absent.join();
    if (isNews || absent.some((uid) => !items.has(uid))) return await examine(answer, signal);
    if (cluster !== null) return assumed;
    return { answer, cluster: await asked() ?? "Same" };
  }

  /** The list counts only where the server was the same before and after it; what it has told of its age meanwhile stays said. */
  async function examine(
    answer: Followed<KubeObject>,
    signal: AbortSignal,
  ): Promise<Verdict | null> {
    const wentBack = isOlder(kept, answer);
    for (let failures = 1; !signal.aborted; failures++) {
      const before = await asked();
      const list = before === null ? null : await listed();
      if (list !== null && await asked() === before && before !== null) {
        const { items, resourceVersion: version } = list;
        // What is followed lags behind the list, and must not look as if it went back.
        const resourceVersion = lowerVersion(version, answer.resourceVersion);
        const newer = { ...answer, items, resourceVersion, unconfirmed: [], wentBack };
        return { answer: newer, cluster: before };
      }
      await waited(clock, requestDelayMs({ failures, firstMs: firstRetryMs, err: null }), signal);
    }
    return null;
  }

  async function asked(): Promise<"Same" | "Other" | null> {
    try {
      return await asker.ask();
    } catch (err) {
      log.debug("Could not ask of which cluster the API server is", { err });
      return null;
    }
  }

  async function listed(): Promise<KubeList<KubeObject> | null> {
    try {
      const { items, resourceVersion } = await deps.kube.list<KubeObject>(deps.query);
      return { items: items.filter((each) => !isMirror(each)), resourceVersion };
    } catch (err) {
      log.debug("Could not list the pods once more", { err });
      return null;
    }
  }

  function decided({ answer, cluster }: Verdict): KeptPods<KubeObject> {
    return afterAnswer(kept, answer, { cluster, now: clock.now() });
  }

  async function believe(verdict: Verdict): Promise<void> {
    kept = decided(verdict);
    stored.update(shown(), String(kept.newest));
    tell();
    // What it does not take away it may have: the node has moved to that cluster.
    if (cluster === "Other" && kept.hold === null) {
      await asker.adopt();
      cluster = "Same";
    }
  }

  function shown(): readonly KubeObject[] {
    return [...kept.items.values()];
  }

  function doubt(): Doubt | null {
    return latest === null ? "NoAnswer" : kept.hold?.reason ?? null;
  }

  /** Whether the server has answered, and is of the node's own cluster. */
  function isBelieved(): boolean {
    return latest !== null && kept.hold?.reason !== "OtherCluster";
  }

  /** Writes and tells only what is new. */
  function tell(): void {
    const text = holdText(kept.hold);
    if (text === told) return;
    told = text;
    keepHold(text);
    deps.onHold(heldDeletions(kept));
    if (isBelieved()) deps.onBelieved();
  }

  function keepHold(text: string): void {
    facts.save("DeletionsHeld", text).catch((err: unknown) =>
      log.warn("Could not store which deletions are held", { err })
    );
  }

  async function confirm(): Promise<boolean> {
    if (kept.hold === null) return false;
    log.info("Deletions were confirmed", { pods: heldDeletions(kept)?.pods });
    kept = afterConfirmation(kept);
    if (cluster === "Other") await asker.adopt();
    cluster = "Same";
    if (latest === null) stored.update(shown(), "");
    else await believe({ answer: { ...latest, deleted: [], wentBack: false }, cluster });
    tell();
    return true;
  }

  return {
    restore,
    known: () => known,
    take,
    shown,
    held: () => heldDeletions(kept),
    doubt,
    confirm,
    left: stored.left,
    begunAnew() {
      stored.begunAnew();
      void asker.begunAnew();
      if (told !== "") keepHold(told);
    },
    close: stored.close,
  };
}

function lowerVersion(one: string, other: string): string {
  return versionNumber(one) < versionNumber(other) ? one : other;
}

async function readHold(facts: FactStore, log: Log): Promise<Hold | null> {
  try {
    return parseHold((await facts.load()).get("DeletionsHeld") ?? "");
  } catch (err) {
    log.warn("Could not read which deletions are held", { err });
    return null;
  }
}
