/** Looks now and then whether all pods would come back after a power cut without a link, by what lies in the store and in the runtime. */
import { minute, second } from "../../core/instant.ts";
import type { Pod } from "../../core/k8s.ts";
import {
  configMaps,
  type KubeObject,
  pods,
  type Resource,
  runtimeClasses,
  secrets,
  services,
} from "../../core/kube/resource.ts";
import type { RebootVerdict } from "../../core/node/reboot_condition.ts";
import {
  objectName,
  type PodReadiness,
  podReadiness,
  type RebootFacts,
  tokenName,
} from "../../core/node/reboot_ready.ts";
import type { Clock } from "../../ports/clock.ts";
import { messageOf } from "../../ports/errors.ts";
import type { Images } from "../../ports/images.ts";
import type { Log } from "../../ports/log.ts";
import type { Machine } from "../../ports/machine.ts";
import type { Store } from "../../ports/store.ts";
import type { ObjectStore } from "../../ports/object_store.ts";
import { isAbsence } from "../../core/kube/stored_form.ts";
import { every } from "../every.ts";
import { waited } from "../../ports/waited.ts";
import { isMarkedDeleted } from "../cluster/stored_pods.ts";

export interface RebootWatch {
  /** As it was found last. */
  verdict(): RebootVerdict;
  /** Looks now. Throws what the store, the runtime or the machine throws. */
  look(): Promise<readonly PodReadiness[]>;
  run(signal: AbortSignal): Promise<void>;
}

export interface RebootWatchDeps {
  /** Those that are to run on this node. */
  readonly pods: () => readonly Pod[];
  readonly store: Pick<Store, "objects" | "tokens" | "state">;
  readonly images: Pick<Images, "list">;
  readonly machine: Pick<Machine, "networkMounts">;
  readonly clock: Clock;
  readonly log: Log;
  /** What is to be told has changed. */
  readonly onChange: () => void;
}

/** By then what an earlier agent left runs again; a node that has nothing to do says nothing new after it. */
const firstLookMs = 30 * second;
/** It reads all of the store, and writes nothing. */
const lookMs = 5 * minute;

export function createRebootWatch(deps: RebootWatchDeps): RebootWatch {
  const { clock, log, onChange } = deps;
  let verdict: RebootVerdict = null;

  async function look(): Promise<readonly PodReadiness[]> {
    const facts = await factsOf(deps);
    const found = deps.pods().map((pod) => podReadiness(pod, facts))
      .toSorted((one, other) => nameOf(one) < nameOf(other) ? -1 : 1);
    take(found);
    return found;
  }

  function take(next: NonNullable<RebootVerdict>): void {
    const isNews = JSON.stringify(next) !== JSON.stringify(verdict);
    verdict = next;
    if (isNews) onChange();
  }

  async function tryToLook(): Promise<void> {
    try {
      await look();
    } catch (err) {
      take({ problem: `Could not find out which pods would come back: ${messageOf(err)}` });
    }
  }

  return {
    verdict: () => verdict,
    look,
    async run(signal) {
      if (await waited(clock, firstLookMs, signal)) await tryToLook();
      await every(
        { ms: lookMs, what: "look which pods come back", work: tryToLook, clock, log },
        signal,
      );
    },
  };
}

function nameOf({ namespace, name }: PodReadiness): string {
  return `${namespace}/${name}`;
}

async function factsOf(
  { store: { objects, tokens }, images, machine, clock }: RebootWatchDeps,
): Promise<RebootFacts> {
  const named = (await Promise.all([
    namedObjects(objects, "ConfigMap", configMaps),
    namedObjects(objects, "Secret", secrets),
    namedObjects(objects, "RuntimeClass", runtimeClasses),
  ])).flat();
  const { there = [], absent = [] } = Object.groupBy(
    named,
    ({ isAbsent }) => isAbsent ? "absent" : "there",
  );
  const stored = await objects.load<KubeObject>(pods);
  return {
    storedPods: new Set(
      stored.filter((pod) => !isMarkedDeleted(pod)).map(({ metadata }) => metadata?.uid ?? ""),
    ),
    storedObjects: new Set(there.map(({ name }) => name)),
    absentObjects: new Set(absent.map(({ name }) => name)),
    hasServices: (await objects.load(services)).length > 0,
    storedTokens: new Map(
      (await tokens.load()).map((token) => [tokenName(token), token.expiresAt]),
    ),
    images: await images.list(),
    networkMounts: await machine.networkMounts(),
    now: clock.now(),
  };
}

/** A row of the store: an object, or that there is none of that name. */
interface NamedObject {
  readonly name: string;
  readonly isAbsent: boolean;
}

async function namedObjects(
  objects: ObjectStore,
  kind: Parameters<typeof objectName>[0]["kind"],
  resource: Resource,
): Promise<readonly NamedObject[]> {
  return (await objects.load<KubeObject>(resource)).map((object) => {
    const { namespace = "", name = "" } = object.metadata ?? {};
    return { name: objectName({ kind, namespace, name }), isAbsent: isAbsence(object) };
  });
}
