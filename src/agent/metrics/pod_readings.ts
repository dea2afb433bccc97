/** What is counted of the pods on the node when somebody scrapes, by the kubelet's names and ours. */
import { staticLabel } from "../../core/metrics/static_label.ts";
import type { Reading, Registry } from "../../core/metrics/registry.ts";
import type { Pod } from "../../core/k8s.ts";
import { liveSandbox } from "../../core/pod/observed.ts";
import { isOver } from "../../core/pod/state.ts";
import { isStaticPod } from "../../core/pod/static_pod.ts";
import { isGone, type PodRecord } from "../pod_record.ts";

export interface PodReadingsDeps {
  readonly records: () => readonly PodRecord[];
  /** How many pods are worked on now. */
  readonly busy: () => number;
  /** Whether static pods have mirrors. */
  readonly inCluster: boolean;
}

export function registerPodReadings(registry: Registry, deps: PodReadingsDeps): void {
  registerRunning(registry, deps);
  registerWanted(registry, deps);
  registerOwnReadings(registry, deps);
}

function registerRunning(registry: Registry, { records }: PodReadingsDeps): void {
  registry.read({
    name: "kubelet_running_pods",
    help: "Number of pods that have a running pod sandbox.",
    type: "gauge",
    read: () => records().filter(({ seen }) => liveSandbox(seen) !== undefined).length,
  });
  registry.read({
    name: "kubelet_running_containers",
    help: "Number of containers, by their state in the runtime.",
    type: "gauge",
    labels: ["container_state"],
    read: () =>
      counted(
        records().flatMap(({ seen }) => seen.containers.map(({ state }) => state.toLowerCase())),
      ).map(([container_state, value]) => ({ labels: { container_state }, value })),
  });
  registry.read({
    name: "kubelet_working_pods",
    help: "Number of pods that are worked on, broken down by lifecycle phase, whether the pod is " +
      "desired, orphaned, or known to the runtime only, and whether the pod is static.",
    type: "gauge",
    labels: ["lifecycle", "config", "static"],
    read: () => workingPods(records()),
  });
}

function registerWanted(registry: Registry, { records, inCluster }: PodReadingsDeps): void {
  const wanted = (): readonly Pod[] => records().flatMap((record) => wantedPod(record) ?? []);
  const admitted = (): readonly Pod[] =>
    records().filter(({ refusal }) => refusal === null)
      .flatMap((record) => wantedPod(record) ?? []);

  registry.read({
    name: "kubelet_desired_pods",
    help: "The number of pods the node is being instructed to run. static is true if the pod is " +
      "not from the API server.",
    type: "gauge",
    labels: ["static"],
    read: () => byStatic(wanted()),
  });
  registry.read({
    name: "kubelet_active_pods",
    help: "The number of pods that are considered active and count when new pods are admitted. " +
      "static is true if the pod is not from the API server.",
    type: "gauge",
    labels: ["static"],
    read: () => byStatic(records().filter(isActive).flatMap((record) => wantedPod(record) ?? [])),
  });
  registry.read({
    name: "kubelet_mirror_pods",
    help: "The number of mirror pods the node will try to create (one per admitted static pod).",
    type: "gauge",
    read: () => inCluster ? admitted().filter(isStaticPod).length : 0,
  });
  registry.read({
    name: "kubelet_managed_ephemeral_containers",
    help: "Current number of ephemeral containers in pods managed by this node.",
    type: "gauge",
    read: () =>
      wanted().reduce((sum, { spec }) => sum + (spec.ephemeralContainers?.length ?? 0), 0),
  });
}

function registerOwnReadings(registry: Registry, { records, busy }: PodReadingsDeps): void {
  registry.read({
    name: "skerry_pods",
    help: "Number of pods on the node by their phase.",
    type: "gauge",
    labels: ["phase"],
    read: () =>
      counted(records().flatMap(({ status }) => status?.phase ?? []))
        .map(([phase, value]) => ({ labels: { phase }, value })),
  });
  registry.read({
    name: "skerry_busy_pod_workers",
    help: "Number of pods that are being worked on at this moment.",
    type: "gauge",
    read: busy,
  });
}

/** The pod while a source names it. */
function wantedPod({ desired, isOnServer, former }: PodRecord): Pod | null {
  return desired ?? (isOnServer ? former : null);
}

function isActive(record: PodRecord): boolean {
  return record.refusal === null && record.memory.phase === undefined && !isGone(record);
}

function byStatic(pods: readonly Pod[]): readonly Reading<"static">[] {
  return (["", "true"] as const).map((label) => ({
    labels: { static: label },
    value: pods.filter((pod) => staticLabel(pod) === label).length,
  }));
}

/** Each value with how often it is there. */
function counted(values: readonly string[]): readonly (readonly [string, number])[] {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts];
}

type Working = Reading<"lifecycle" | "config" | "static">;

const lifecycles = ["sync", "terminating", "terminated"];

const origins = [
  { config: "desired", static: "true" },
  { config: "desired", static: "" },
  { config: "orphan", static: "true" },
  { config: "orphan", static: "" },
  { config: "runtime_only", static: "unknown" },
];

/** All combinations that there can be, as the kubelet shows them. */
function workingPods(records: readonly PodRecord[]): readonly Working[] {
  const counts = new Map(counted(
    records.map((record) => JSON.stringify([lifecycleOf(record), ...originOf(record)])),
  ));
  return lifecycles.flatMap((lifecycle) =>
    origins.map((origin): Working => ({
      labels: { lifecycle, ...origin },
      value: counts.get(JSON.stringify([lifecycle, origin.config, origin.static])) ?? 0,
    }))
  );
}

function lifecycleOf(record: PodRecord): string {
  if (isGone(record) || record.isFinal) return "terminated";
  const isEnding = record.terminating || (record.state !== null && isOver(record.state));
  return isEnding ? "terminating" : "sync";
}

function originOf(record: PodRecord): readonly [config: string, isStatic: string] {
  const { former } = record;
  if (former === null) return ["runtime_only", "unknown"];
  return [wantedPod(record) === null ? "orphan" : "desired", staticLabel(former)];
}
