/** What the agent answers on its unix socket; the command line is its only client. */
import type { RecordedEvent } from "../../core/event.ts";
import type { Instant } from "../../core/instant.ts";
import type { Pod } from "../../core/k8s.ts";
import type { PodLogRequest } from "../../core/log/pod_log_request.ts";
import type { RuntimeCondition } from "../../core/cri/types.ts";
import type { Summary } from "../../core/stats/summary_api.ts";
import type { CertificateView } from "../../core/x509/certificate_view.ts";
import type { PullProgress } from "../../ports/images.ts";
import type { SourceProblem } from "../../ports/pod_source.ts";

/** A pull that is under way. */
export interface PullView extends PullProgress {
  readonly image: string;
  readonly startedAt: Instant;
}

/** GET /v1/status */
export interface StatusView {
  readonly version: string;
  readonly nodeName: string;
  readonly pid: number;
  readonly startedAt: Instant;
  readonly runtime: {
    readonly endpoint: string;
    readonly reachable: boolean;
    readonly name: string;
    readonly version: string;
    readonly conditions: readonly RuntimeCondition[];
  };
  readonly sources: readonly {
    readonly name: string;
    readonly available: boolean;
    readonly pods: number;
    readonly problems: readonly SourceProblem[];
  }[];
  /** The node's own; none where it belongs to no cluster. */
  readonly certificates: readonly CertificateView[];
  /** Pods by phase, as `skerry pods` counts them. */
  readonly pods: Readonly<Record<string, number>>;
  readonly pulls: readonly PullView[];
}

/** GET /v1/top */
export interface TopView {
  readonly summary: Summary;
  /** What the node has: thousandths of a processor, and bytes. */
  readonly capacity: { readonly milliCpu: number; readonly memoryBytes: number };
}

/** The agent as the control server sees it: functions, not the agent. */
export interface ControlFunctions {
  /** All pods with their status, as the kubelet's /pods gives them. */
  pods(): readonly Pod[];
  /** Events kept so far with a sequence greater than `after`, oldest first. */
  events(after: number): readonly RecordedEvent[];
  /** Resolves when an event with a sequence greater than `after` exists. */
  nextEvent(after: number, signal: AbortSignal): Promise<void>;
  status(): Promise<StatusView>;
  /** Processor and memory in use now, of the node and its pods. */
  top(): Promise<TopView>;
  /** The log's bytes. Throws NotFound or Invalid with the kubelet's message before the first byte. */
  logs(request: PodLogRequest, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>>;
  /** Imports an image archive that the agent can read; gives the images' names. */
  importImage(path: string): Promise<readonly string[]>;
}
