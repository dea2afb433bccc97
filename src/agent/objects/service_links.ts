/** The services that containers find in their environment: all of the cluster, followed from the agent's start on, and stored. */
import { second } from "../../core/instant.ts";
import type { Pod, Service } from "../../core/k8s.ts";
import { versionNumber } from "../../core/kube/known_list.ts";
import { services } from "../../core/kube/resource.ts";
import { isVisibleFrom, type ServiceLink, serviceLink } from "../../core/pod/env/service_env.ts";
import { isSameJson } from "../../core/same_json.ts";
import type { Clock } from "../../ports/clock.ts";
import type { KubeApi } from "../../ports/kube_api.ts";
import {
  type Belief,
  loadStoredObjects,
  objectId,
  type StoredObjectsDeps,
} from "./stored_objects.ts";

export interface ServiceLinks {
  /**
   * As last known, to this agent or to an earlier one; null where nothing is, and the API server has not told of them within a
   * second.
   */
  current(): Promise<readonly ServiceLink[] | null>;
  /** Takes over which pods there are: what they can see is stored. `isCertain`: there are no others. */
  update(pods: readonly Pod[], options: { readonly isCertain: boolean }): void;
  /** The belief in the API server's answers has changed. */
  reconsider(): void;
  /** Follows until the signal aborts. */
  run(signal: AbortSignal): Promise<void>;
}

export interface ServiceLinksDeps extends Omit<StoredObjectsDeps, "resource"> {
  readonly kube: KubeApi;
  readonly clock: Clock;
  readonly belief: () => Belief;
}

/** Those without an address of their own make no variables. */
const query = { resource: services, fieldSelector: "spec.clusterIP!=None" };

const firstAnswerMs = second;

/** Without a cluster there are none. */
export const noServiceLinks: ServiceLinks = {
  current: () => Promise.resolve([]),
  update: () => {},
  reconsider: () => {},
  run: () => Promise.resolve(),
};

export async function createServiceLinks(deps: ServiceLinksDeps): Promise<ServiceLinks> {
  const { kube, clock, belief } = deps;
  const stored = await loadStoredObjects<Service>({ ...deps, resource: services });
  const answered = Promise.withResolvers<void>();
  // A cluster has one at least, that of its API server: where none is stored nothing was known.
  let known = stored.list().length === 0 ? null : linksOf(stored.list());
  /** They are of the node's own cluster. */
  let isTrusted = known !== null;
  /** What the server has said to this agent, and is believed. */
  let told: readonly Service[] | null = null;
  /** What it has said, and is not. */
  let doubtful: readonly Service[] | null = null;
  let namespaces: ReadonlySet<string> = new Set();
  let isCertain = false;

  /** Those of a server that is not believed are better than none, and no better than those that are known. */
  function take(items: readonly Service[]): void {
    doubtful = belief() === "Everything" ? null : items;
    if (doubtful === null || !isTrusted) known = linksOf(items);
    answered.resolve();
    if (doubtful !== null) return;
    isTrusted = true;
    told = items;
    store();
  }

  /** Only what the pods here can see, and only when that is something else: the services of a large cluster change all the time. */
  function store(): void {
    if (told === null) return;
    const wanted = new Map(told.flatMap((service) => {
      const link = serviceLink(service);
      return link !== null && isVisibleFrom(namespaces, link)
        ? [[objectId(link), { service, link }] as const]
        : [];
    }));
    for (const [id, { service, link }] of wanted) {
      const before = stored.get(id);
      if (before === undefined || !isSameJson(serviceLink(before), link)) stored.save(service);
    }
    if (isCertain) stored.retain((id) => wanted.has(id));
  }

  async function current(): Promise<readonly ServiceLink[] | null> {
    if (known !== null) return known;
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const timer = clock.after(firstAnswerMs, resolve);
    await Promise.race([answered.promise, late]);
    timer.cancel();
    return known;
  }

  return {
    current,
    update(pods, options) {
      const now = new Set(pods.map(({ metadata }) => metadata.namespace));
      const isNews = now.symmetricDifference(namespaces).size > 0 || !isCertain;
      namespaces = now;
      isCertain = options.isCertain;
      if (isNews) store();
    },
    reconsider: () => doubtful !== null && take(doubtful),
    async run(signal) {
      const before = { items: stored.list(), resourceVersion: newestOf(stored.list()) };
      const whole = before.items.length === 0 ? query : { ...query, known: before };
      for await (const { available, items } of kube.follow<Service>(whole, signal)) {
        if (available) take(items);
      }
    },
  };
}

/** A server whose data are older than this takes none of them away. */
function newestOf(items: readonly Service[]): string {
  const versions = items.map(({ metadata }) => metadata?.resourceVersion ?? "");
  return versions.reduce((a, b) => versionNumber(b) > versionNumber(a) ? b : a, "");
}

function linksOf(items: readonly Service[]): readonly ServiceLink[] {
  return items.map(serviceLink).filter((link) => link !== null);
}
