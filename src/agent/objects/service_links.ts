/** The services that containers find in their environment: all of the cluster, followed from the agent's start on. */
import { second } from "../../core/instant.ts";
import type { Service } from "../../core/k8s.ts";
import { services } from "../../core/kube/resource.ts";
import { type ServiceLink, serviceLink } from "../../core/pod/env/service_env.ts";
import type { Clock } from "../../ports/clock.ts";
import type { KubeApi } from "../../ports/kube_api.ts";

export interface ServiceLinks {
  /** As last known; null where the API server has not told of them within a second. */
  current(): Promise<readonly ServiceLink[] | null>;
  /** Follows until the signal aborts. */
  run(signal: AbortSignal): Promise<void>;
}

/** Those without an address of their own make no variables. */
const query = { resource: services, fieldSelector: "spec.clusterIP!=None" };

const firstAnswerMs = second;

/** Without a cluster there are none. */
export function createServiceLinks(
  { kube, clock }: { readonly kube: KubeApi | null; readonly clock: Clock },
): ServiceLinks {
  const answered = Promise.withResolvers<void>();
  let known: readonly ServiceLink[] | null = kube === null ? [] : null;

  async function run(signal: AbortSignal): Promise<void> {
    if (kube === null) return;
    for await (const { available, items } of kube.follow<Service>(query, signal)) {
      if (!available) continue;
      known = items.map(serviceLink).filter((link) => link !== null);
      answered.resolve();
    }
  }

  async function current(): Promise<readonly ServiceLink[] | null> {
    if (known !== null) return known;
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const timer = clock.after(firstAnswerMs, resolve);
    await Promise.race([answered.promise, late]);
    timer.cancel();
    return known;
  }

  return { current, run };
}
