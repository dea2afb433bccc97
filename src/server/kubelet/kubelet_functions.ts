/** The agent as the kubelet's HTTPS API sees it: functions, not the agent. */
import type { Pod } from "../../core/k8s.ts";
import type { RunningPod } from "../../core/pod/running_pods.ts";
import type { PodLogRequest } from "../../core/log/pod_log_request.ts";
import type {
  ContainerRef,
  StreamChoice,
  StreamRequest,
} from "../../core/stream/stream_request.ts";

export type { ContainerRef, StreamChoice, StreamRequest };

/** The expositions, each as text in Prometheus' format. */
export interface MetricsFunctions {
  /** GET /metrics */
  agent(): string;
  /** GET /metrics/resource */
  resource(): Promise<string>;
  /** GET /metrics/cadvisor */
  cadvisor(): Promise<string>;
  /** GET /metrics/probes */
  probes(): string;
  /** GET /metrics/slis */
  slis(): string;
}

/** Functions throw the classes of ports/errors.ts, with the kubelet's messages. */
export interface KubeletFunctions {
  /** All pods with their status: GET /pods. */
  pods(): readonly Pod[];
  /** Those of which something runs, as the runtime tells it: GET /runningpods. */
  runningPods(): Promise<readonly RunningPod[]>;
  /** The log's bytes. Throws NotFound or Invalid before the first byte. */
  logs(request: PodLogRequest, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>>;
  /** Where the runtime's streaming server answers this request, once. */
  streamUrl(request: StreamRequest): Promise<URL>;
  /** Runs a command to its end and gives what it wrote: POST /run. The signal ends the command. */
  run(target: ContainerRef, command: readonly string[], signal?: AbortSignal): Promise<Uint8Array>;
  /** @see https://kubernetes.io/docs/reference/instrumentation/node-metrics/ */
  summary(options: { readonly onlyCpuAndMemory: boolean }): Promise<unknown>;
  /** Configuration in use: GET /configz. */
  configz(): unknown;
  readonly metrics: MetricsFunctions;
}
