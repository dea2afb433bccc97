/** The agent as the kubelet's HTTPS API sees it: functions, not the agent. */
import type { Pod } from "../../core/k8s.ts";
import type { PodLogRequest } from "../../core/log/pod_log_request.ts";

/** A container by the words of a request's path. */
export interface ContainerRef {
  readonly namespace: string;
  readonly pod: string;
  /** Where the path names one, a pod of another UID is not found. */
  readonly uid?: string;
  readonly container: string;
}

/** What goes on between a client and the inside of a pod, on streams. */
export type StreamRequest =
  | {
    readonly kind: "exec";
    readonly target: ContainerRef;
    readonly command: readonly string[];
    readonly streams: StreamChoice;
  }
  | { readonly kind: "attach"; readonly target: ContainerRef; readonly streams: StreamChoice }
  | { readonly kind: "portForward"; readonly target: Omit<ContainerRef, "container"> };

/** @see CRI ExecRequest, AttachRequest */
export interface StreamChoice {
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
  readonly tty: boolean;
}

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
}

/** Functions throw the classes of ports/errors.ts, with the kubelet's messages. */
export interface KubeletFunctions {
  /** All pods with their status: GET /pods. */
  pods(): readonly Pod[];
  /** Those of which something runs, as the runtime tells it: GET /runningpods. */
  runningPods(): Promise<readonly Pod[]>;
  /** The log's bytes. Throws NotFound or Invalid before the first byte. */
  logs(request: PodLogRequest, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>>;
  /** Where the runtime's streaming server answers this request, once. */
  streamUrl(request: StreamRequest): Promise<URL>;
  /** Runs a command to its end and gives what it wrote: POST /run. */
  run(target: ContainerRef, command: readonly string[]): Promise<Uint8Array>;
  /** @see https://kubernetes.io/docs/reference/instrumentation/node-metrics/ */
  summary(options: { readonly onlyCpuAndMemory: boolean }): Promise<unknown>;
  /** Configuration in use: GET /configz. */
  configz(): unknown;
  readonly metrics: MetricsFunctions;
}
