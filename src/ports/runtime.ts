/** The container runtime: sandboxes, containers and their events (CRI RuntimeService). */
import type {
  ContainerConfig,
  ContainerRecord,
  ContainerSummary,
  ExecEnd,
  ExecRequest,
  RuntimeEvent,
  RuntimeStatus,
  RuntimeVersion,
  Sandbox,
  SandboxConfig,
} from "../core/cri/types.ts";
import type { StreamChoice } from "../core/stream/stream_request.ts";
import type { ContainerUsage } from "../core/stats/container_usage.ts";

/**
 * Duties of an implementation: every call has a deadline; an unreachable runtime gives `RuntimeAway`, an unknown id
 * `NotFound`; `stop*` and `remove*` of what is gone already succeed. Duties of a caller: at most one call that changes a
 * given pod under way at a time; only containers that are being stopped may be asked again to end sooner.
 */
export interface Runtime {
  version(): Promise<RuntimeVersion>;
  /** Whether it and its network are ready, and what it can do. */
  status(): Promise<RuntimeStatus>;
  /** The cgroup driver the runtime uses, or null where it cannot tell (before containerd 2.0). */
  cgroupDriver(): Promise<"cgroupfs" | "systemd" | null>;

  /** Creates and starts a sandbox, by the handler of that name or the default one (""); gives its id. */
  runSandbox(config: SandboxConfig, options?: { readonly handler?: string }): Promise<string>;
  /** Stops a sandbox with all its containers and releases its network. Idempotent. */
  stopSandbox(id: string): Promise<void>;
  /** Removes a stopped sandbox and its containers. Idempotent. */
  removeSandbox(id: string): Promise<void>;
  /** One sandbox with its addresses. Throws NotFound. */
  sandbox(id: string): Promise<Sandbox>;
  /** Sandboxes without addresses; of one pod when `podUid` is given. */
  listSandboxes(filter?: { readonly podUid?: string }): Promise<readonly Sandbox[]>;

  /** Gives the new container's id. */
  createContainer(
    request: {
      readonly sandboxId: string;
      readonly config: ContainerConfig;
      readonly sandboxConfig: SandboxConfig;
    },
  ): Promise<string>;
  startContainer(id: string): Promise<void>;
  /** Asks politely, then kills after `graceSeconds`. Resolves when the container has ended. Idempotent. */
  stopContainer(id: string, options: { readonly graceSeconds: number }): Promise<void>;
  /** Removes an exited container. Idempotent. */
  removeContainer(id: string): Promise<void>;
  /** Throws NotFound. */
  container(id: string): Promise<ContainerRecord>;
  listContainers(filter?: { readonly podUid?: string }): Promise<readonly ContainerSummary[]>;
  /**
   * Bytes that a pod's containers take up in their own file systems, by their ids. The runtime measures now and then: a
   * container that is new may not be among them, one that has ended may.
   */
  writtenBytes(filter: { readonly podUid: string }): Promise<ReadonlyMap<string, number>>;
  /** What the running containers of all pods take up by the runtime's own count, by their ids. */
  usage(): Promise<ReadonlyMap<string, ContainerUsage>>;
  /** Tells the runtime that the log file was moved away. */
  reopenLog(id: string): Promise<void>;
  /**
   * Runs a command in a running container to its end. Throws Failed where the command cannot be run, NotFound for an unknown
   * container, and the signal's reason when it aborts: the command is then killed.
   */
  execSync(id: string, request: ExecRequest, signal?: AbortSignal): Promise<ExecEnd>;

  /**
   * Where the runtime's streaming server runs a command in a running container, once and within a minute. Throws Failed for a
   * container that does not run, Unavailable with a time where too many such addresses wait to be used.
   */
  execUrl(
    id: string,
    request: { readonly command: readonly string[]; readonly streams: StreamChoice },
  ): Promise<URL>;
  /** The same for the streams of the container's own process. */
  attachUrl(id: string, streams: StreamChoice): Promise<URL>;
  /** The same for connections into a ready sandbox; `ports` as in StreamRequest. */
  portForwardUrl(
    sandboxId: string,
    options?: { readonly ports?: readonly number[] },
  ): Promise<URL>;

  /**
   * Events from now on until the signal aborts. Ends (without an error) when the connection breaks: the caller relists and
   * subscribes again.
   */
  events(signal: AbortSignal): AsyncIterable<RuntimeEvent>;
}
