/** How a node of tests belongs to a cluster: the kubelet's defaults. */
import type { ClusterSettings } from "../../src/core/node/cluster_settings.ts";
import { defaultEvictionHard, evictionThresholds } from "../../src/core/node/eviction_threshold.ts";

/** `fields` say what a test wants to be different. */
export function clusterSettings(fields: Partial<ClusterSettings> = {}): ClusterSettings {
  return {
    register: true,
    registration: { labels: {}, taints: [], providerId: "", controllerAttachDetach: true },
    configuredIps: [],
    limits: { maxPods: 110, podsPerCore: 0 },
    reservations: {
      system: {},
      kube: {},
      evictionHard: evictionThresholds(defaultEvictionHard),
    },
    evictionSoft: [],
    pressureTransitionMs: 300_000,
    enforcePods: true,
    maxImages: 50,
    kubeletPort: 10250,
    updateMs: 10_000,
    reportMs: 300_000,
    leaseDurationSeconds: 40,
    events: { perSecond: 50, burst: 100 },
    ...fields,
  };
}
