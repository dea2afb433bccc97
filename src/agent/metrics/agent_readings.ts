/** What is read of the agent when somebody scrapes: its sources, its pulls, its certificates, and what it is. */
import { type Instant, second } from "../../core/instant.ts";
import type { RebootVerdict } from "../../core/node/reboot_condition.ts";
import type { Registry } from "../../core/metrics/registry.ts";
import type { CertificateView } from "../../core/x509/certificate_view.ts";
import { KUBELET_VERSION, VERSION } from "../../core/version.ts";
import { registerStoreReadings, type ShownStore } from "./store_readings.ts";
import type { Agent } from "../agent.ts";
import type { ImagePuller } from "../images/image_puller.ts";
import { registerPodReadings } from "./pod_readings.ts";
import { registerJournalReadings } from "./journal_readings.ts";
import type { Pods } from "../pods.ts";
import { type ProcessReadingsDeps, registerProcessReadings } from "./process_readings.ts";

export interface AgentReadingsDeps extends ProcessReadingsDeps {
  readonly agent: Pick<Agent, "sources" | "journal" | "rebootVerdict"> & {
    readonly pods: Pick<Pods, "list" | "busy">;
    readonly puller: Pick<ImagePuller, "active">;
  };
  readonly storeState: () => ShownStore;
  readonly nodeName: string;
  readonly inCluster: boolean;
  readonly cgroupVersion: 1 | 2;
  /** When the node's certificates expire; null: there is none, or it is not read. */
  readonly certificates: () => readonly CertificateView[];
  readonly now: () => Instant;
}

/** Everything that /metrics shows and nobody counts while it happens. */
export function registerAgentReadings(registry: Registry, deps: AgentReadingsDeps): void {
  const { agent: { pods, sources, puller }, nodeName, inCluster } = deps;
  registerProcessReadings(registry, deps);
  registerPodReadings(registry, { records: pods.list, busy: pods.busy, inCluster });
  registerCertificateReadings(registry, deps);
  registerStoreReadings(registry, deps);
  registerJournalReadings(registry, { ...deps, journal: deps.agent.journal });
  registry.read({
    name: "kubelet_node_name",
    help: "The node's name. The count is always 1.",
    type: "gauge",
    labels: ["node"],
    read: () => [{ labels: { node: nodeName }, value: 1 }],
  });
  registry.read({
    name: "kubelet_cgroup_version",
    help: "The version of cgroups that the host has.",
    type: "gauge",
    read: () => deps.cgroupVersion,
  });
  registry.read({
    name: "skerry_build_info",
    help: "The version of Skerry, and that of the kubelet that it is like. The value is always 1.",
    type: "gauge",
    labels: ["version", "kubelet_version"],
    read: () => [{ labels: { version: VERSION, kubelet_version: KUBELET_VERSION }, value: 1 }],
  });
  registry.read({
    name: "skerry_source_available",
    help: "Whether a source of pods can be asked now (1) or answers with what it said last (0).",
    type: "gauge",
    labels: ["source"],
    read: () =>
      sources().map(({ source, snapshot }) => ({
        labels: { source: source.name },
        value: snapshot?.available === true ? 1 : 0,
      })),
  });
  registry.read({
    name: "skerry_source_problems",
    help: "Number of things a source of pods could not read, manifests for one.",
    type: "gauge",
    labels: ["source"],
    read: () =>
      sources().map(({ source, snapshot }) => ({
        labels: { source: source.name },
        value: snapshot?.problems.length ?? 0,
      })),
  });
  registry.read({
    name: "skerry_pods_not_reboot_ready",
    help:
      "Number of pods that would not come back after a power cut without a link, as it was found " +
      "last; NaN where it could not be found out.",
    type: "gauge",
    read: () => notReady(deps.agent.rebootVerdict()),
  });
  registry.read({
    name: "skerry_image_pulls_active",
    help: "Number of image pulls that are under way.",
    type: "gauge",
    read: () => puller.active().length,
  });
}

function notReady(verdict: RebootVerdict): number {
  if (verdict === null || "problem" in verdict) return NaN;
  return verdict.filter(({ missing }) => missing !== "").length;
}

/** The kubelet's words for our names. */
const purposes = [["client", "client"], ["serving", "server"]] as const;

function registerCertificateReadings(
  registry: Registry,
  { certificates, now }: AgentReadingsDeps,
): void {
  for (const [name, purpose] of purposes) {
    registry.read({
      name: `kubelet_certificate_manager_${purpose}_ttl_seconds`,
      help: `Seconds until the node's ${purpose} certificate expires, negative if it has; +Inf ` +
        "where there is none.",
      type: "gauge",
      read() {
        const expiresAt = certificates().find((each) => each.name === name)?.expiresAt ?? null;
        return expiresAt === null ? Infinity : Math.trunc((expiresAt - now()) / second);
      },
    });
  }
}
