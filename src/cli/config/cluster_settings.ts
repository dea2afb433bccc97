/** Turns checked settings into what the node of a cluster acts on. */
import {
  defaultEvictionHard,
  type EvictionThreshold,
  evictionThresholds,
} from "../../core/node/eviction_threshold.ts";
import { resourceList } from "../../core/node/resource_list.ts";
import type { Taint } from "../../core/pod/admission/node.ts";
import type { Configuration } from "./configuration.ts";
import type { KubeletSettings, SkerrySettings } from "./kinds.ts";
import { milliseconds } from "./rule.ts";

export function clusterSettings(
  { kubelet, skerry }: { readonly kubelet: KubeletSettings; readonly skerry: SkerrySettings },
): Configuration["cluster"] {
  return {
    register: kubelet.registerNode,
    registration: {
      labels: skerry.nodeLabels,
      taints: kubelet.registerWithTaints.map(taintOf),
      providerId: kubelet.providerID,
      controllerAttachDetach: kubelet.enableControllerAttachDetach,
    },
    limits: { maxPods: kubelet.maxPods, podsPerCore: kubelet.podsPerCore },
    reservations: {
      system: resourceList(kubelet.systemReserved),
      kube: resourceList(kubelet.kubeReserved),
      evictionHard: evictionHard(kubelet),
    },
    evictionSoft: evictionThresholds(kubelet.evictionSoft ?? {}),
    pressureTransitionMs: milliseconds(kubelet.evictionPressureTransitionPeriod),
    enforcePods: kubelet.enforceNodeAllocatable.includes("pods"),
    maxImages: kubelet.nodeStatusMaxImages,
    kubeletPort: kubelet.enableServer ? kubelet.port : null,
    ...frequencies(kubelet),
    leaseDurationSeconds: kubelet.nodeLeaseDurationSeconds,
    events: { perSecond: kubelet.eventRecordQPS, burst: kubelet.eventBurst },
  };
}

/** What is set replaces the defaults, unless they are to be merged. */
function evictionHard(
  { evictionHard: set, mergeDefaultEvictionSettings: merge }: KubeletSettings,
): readonly EvictionThreshold[] {
  return evictionThresholds({ ...(set === undefined || merge) && defaultEvictionHard, ...set });
}

/** Who sets only how often the status is looked at wants it sent as often. */
function frequencies(
  { nodeStatusUpdateFrequency: update, nodeStatusReportFrequency: report }: KubeletSettings,
): Pick<Configuration["cluster"], "updateMs" | "reportMs"> {
  return {
    updateMs: milliseconds(update ?? "10s"),
    reportMs: milliseconds(report ?? update ?? "5m"),
  };
}

/** The rules have made sure that there are a key and an effect. */
function taintOf(
  { key = "", value, effect = "" }: KubeletSettings["registerWithTaints"][number],
): Taint {
  return { key, ...(value !== undefined && { value }), effect };
}
