/** The pods that benchmarks start: one container that sleeps, on the pod network, as small as a pod can be. */
import type { Pod } from "../../src/core/k8s.ts";
import { pod } from "../fakes/pods.ts";
import { IMAGES } from "../lab/images.ts";

/** A manifest for the agent. */
export function sleeperManifest(name: string): unknown {
  const { apiVersion, kind, spec } = sleeper(name);
  return { apiVersion, kind, metadata: { name }, spec };
}

/** The same pod as the agent sees it. */
export function sleeper(name: string): Pod {
  return pod(name).uid(crypto.randomUUID()).grace(0)
    .container("main", { image: IMAGES.busybox, command: ["sleep", "100000"] })
    .build();
}
