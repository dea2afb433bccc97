/** Probes the containers that run: begins and ends with them, and keeps what it finds in the pods' records. */
import type { AgentMetrics } from "../../core/metrics/agent_metrics.ts";
import type { ContainerRecord } from "../../core/cri/types.ts";
import { allContainers, type Container, isSidecar, type Pod } from "../../core/k8s.ts";
import { latestRun } from "../../core/pod/observed.ts";
import { firstVerdict } from "../../core/probe/remembered.ts";
import { onlyOf, probeKinds, probeOf, withVerdict } from "../../core/probe/verdict.ts";
import {
  type ContainerProbes,
  type ContainerProbesDeps,
  startContainerProbes,
} from "./container_probes.ts";
import { countRun, forgetRuns } from "./probe_count.ts";
import { type EventSubject, fieldPathOf, type PodEvents } from "../events/pod_events.ts";
import { newestPod, type PodRecord } from "../pod_record.ts";

export interface ProberDeps extends ContainerProbesDeps {
  readonly events: PodEvents;
  readonly metrics: Pick<AgentMetrics, "probes">;
  /** A verdict on one of the pod's containers has changed; the record has it. */
  readonly onVerdict: (podUid: string) => void;
}

export interface Prober {
  /**
   * Takes over what was seen of a pod: containers that run are probed, a new run of a container anew. Then the record's
   * verdicts are on exactly these. `isEnding`: the pod is on its way out.
   */
  sync(record: PodRecord, pod: { readonly isEnding: boolean }): void;
  /** The pod is gone. */
  forget(subject: EventSubject): void;
  /** Ends all probes and begins no more. */
  close(): void;
}

export function createProber(deps: ProberDeps): Prober {
  /** By the pod's UID, then by the container's ID. */
  const pods = new Map<string, Map<string, ContainerProbes>>();
  let isClosed = false;

  function sync(record: PodRecord, { isEnding }: { readonly isEnding: boolean }): void {
    if (isClosed) return;
    const pod = newestPod(record);
    const running = pod === null ? new Map<string, Probed>() : probedContainers(pod, record);
    const known = pods.get(record.uid) ?? new Map<string, ContainerProbes>();
    for (const [id, probes] of known) {
      if (!running.has(id)) stop(known, { id, probes });
    }
    record.probes = onlyOf(record.probes, new Set(running.keys()));
    for (const [id, probed] of running) {
      if (!known.has(id) && pod !== null) known.set(id, start(record, pod, probed));
      if (isEnding) known.get(id)?.stopForEnd();
    }
    if (known.size > 0) pods.set(record.uid, known);
    else pods.delete(record.uid);
  }

  function stop(
    known: Map<string, ContainerProbes>,
    { id, probes }: { readonly id: string; readonly probes: ContainerProbes },
  ): void {
    probes.stop();
    known.delete(id);
  }

  function start(record: PodRecord, pod: Pod, { container, run }: Probed): ContainerProbes {
    const { id } = run;
    for (const kind of probeKinds) {
      if (probeOf(container, kind) === undefined) continue;
      const verdict = firstVerdict(record.memory, { id, kind });
      record.probes = withVerdict(record.probes, { id, kind, verdict });
    }
    return startContainerProbes({
      container,
      run,
      // What runs at the first look at a pod has been started by an agent before this one.
      after: record.state === null ? "Adoption" : "Start",
      verdictOf: (kind) => record.probes.get(id)?.[kind] ?? "Unknown",
      podIp: () => record.status?.podIP ?? "",
      onRun: (run) => countRun(deps.metrics.probes, { ...run, pod, container }),
      onVerdict(kind, verdict) {
        record.probes = withVerdict(record.probes, { id, kind, verdict });
        deps.onVerdict(record.uid);
      },
      warn: (text) =>
        deps.events.warning(record.subject, { ...text, fieldPath: fieldPathOf(pod, container) }),
    }, deps);
  }

  function end(podUid: string): void {
    for (const probes of pods.get(podUid)?.values() ?? []) probes.stop();
    pods.delete(podUid);
  }

  function forget(subject: EventSubject): void {
    end(subject.uid);
    forgetRuns(deps.metrics.probes, subject);
  }

  function close(): void {
    isClosed = true;
    for (const podUid of [...pods.keys()]) end(podUid);
  }

  return { sync, forget, close };
}

/** A container that runs and has probes. */
interface Probed {
  readonly container: Container;
  readonly run: ContainerRecord;
}

/** By the container's ID. */
function probedContainers(pod: Pod, { seen }: PodRecord): ReadonlyMap<string, Probed> {
  const mayBeProbed = allContainers(pod.spec).filter((container) =>
    (isSidecar(container) || pod.spec.containers.includes(container)) &&
    probeKinds.some((kind) => probeOf(container, kind) !== undefined)
  );
  return new Map(mayBeProbed.flatMap((container): readonly [string, Probed][] => {
    const run = latestRun(seen, container.name);
    return run?.state === "Running" ? [[run.id, { container, run }]] : [];
  }));
}
