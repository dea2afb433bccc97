/** The sandboxes and containers of the fake runtime and what can happen to them, as containerd's CRI plugin has it. */
import type {
  ContainerConfig,
  ContainerRecord,
  Image,
  RuntimeEvent,
  Sandbox,
  SandboxConfig,
} from "../../src/core/cri/types.ts";
import type { Clock, Timer } from "../../src/ports/clock.ts";
import { Failed, NotFound } from "../../src/ports/errors.ts";
import type { EventChannel } from "./event_channel.ts";
import type { Program, Programs } from "./runtime_program.ts";

export interface FakeSandbox {
  readonly config: SandboxConfig;
  /** Of the runtime's handlers the one that runs it; "" for the default one. */
  readonly handler: string;
  /** What the runtime tells of it now. */
  seen: Sandbox;
}

export interface FakeContainer {
  readonly sandbox: FakeSandbox;
  readonly config: ContainerConfig;
  readonly program: Program;
  /** What the runtime tells of it now. */
  seen: ContainerRecord;
  writtenBytes: number;
  /** Ends that are still to come. */
  timers: readonly Timer[];
  /** Called once, when it has ended. */
  readonly waiting: Set<() => void>;
}

/** How a container ended; `reason` follows the code unless given. */
export interface End {
  readonly code: number;
  readonly reason?: string;
  readonly message?: string;
}

export interface WorldOptions {
  readonly clock: Clock;
  readonly programs: Programs;
  readonly channel: EventChannel<RuntimeEvent>;
  /** Finds an image by tag, digest or ID. */
  readonly findImage: (reference: string) => Image | undefined;
  /** How long the lists still show a container as running after its exit event. */
  readonly listLagMs: number;
  readonly eventsNameThePod: boolean;
}

/** All of it happens at once: waiting is the callers' part. */
export interface World {
  readonly sandboxes: ReadonlyMap<string, FakeSandbox>;
  readonly containers: ReadonlyMap<string, FakeContainer>;
  runSandbox(config: SandboxConfig, handler: string): string;
  /** The sandbox's process is gone; containers that share its process namespace die with it. */
  sandboxDied(sandbox: FakeSandbox): void;
  /** Kills the containers and takes the addresses away. */
  stopSandbox(sandbox: FakeSandbox): void;
  removeSandbox(sandbox: FakeSandbox): void;
  containersOf(sandbox: FakeSandbox): readonly FakeContainer[];
  createContainer(sandbox: FakeSandbox, config: ContainerConfig): string;
  startContainer(container: FakeContainer): void;
  /** Plans an end of a running container. */
  endIn(container: FakeContainer, ms: number, end: End): void;
  endContainer(container: FakeContainer, end: End): void;
  removeContainer(container: FakeContainer): void;
  /** Every process is gone, and nobody was there to tell. */
  reboot(): void;
}

/** The names of the runtime's handlers. */
const handlers: readonly string[] = ["", "other"];

/** What SIGKILL leaves behind. */
export const killed: End = { code: 137 };

/** An empty runtime. */
export function createWorld(options: WorldOptions): World {
  const { clock, channel } = options;
  const sandboxes = new Map<string, FakeSandbox>();
  const containers = new Map<string, FakeContainer>();
  let lastId = 0;
  let lastAddress = 1;

  const nextId = () => (++lastId).toString(16).padStart(64, "0");
  const emit = (type: RuntimeEvent["type"], containerId: string, sandbox: FakeSandbox): void =>
    channel.emit({
      type,
      containerId,
      at: clock.now(),
      ...(options.eventsNameThePod ? { podUid: sandbox.config.metadata.uid } : {}),
    });
  const containersOf = (sandbox: FakeSandbox): readonly FakeContainer[] =>
    [...containers.values()].filter((container) => container.sandbox === sandbox);

  function runSandbox(config: SandboxConfig, handler: string): string {
    if (!handlers.includes(handler)) {
      throw new Failed(
        'rpc error: code = Unknown desc = failed to get sandbox runtime: no runtime for "' +
          `${handler}" is configured`,
      );
    }
    reserve("rpc error: code = Unknown desc = failed to reserve sandbox name", {
      key: sandboxKey(config),
      taken: [...sandboxes.values()].map(({ seen, config }) => ({
        id: seen.id,
        key: sandboxKey(config),
      })),
    });
    const onHost = config.security.namespaces.network === "Node";
    const seen: Sandbox = {
      id: nextId(),
      metadata: config.metadata,
      state: "Ready",
      createdAt: clock.now(),
      labels: config.labels,
      annotations: config.annotations,
      ips: onHost ? [] : [`10.88.0.${++lastAddress}`],
      network: config.security.namespaces.network,
    };
    const sandbox = { config, handler, seen };
    sandboxes.set(seen.id, sandbox);
    emit("Created", seen.id, sandbox);
    emit("Started", seen.id, sandbox);
    return seen.id;
  }

  function sandboxDied(sandbox: FakeSandbox): void {
    if (sandbox.seen.state === "NotReady") return;
    sandbox.seen = { ...sandbox.seen, state: "NotReady" };
    for (const container of containersOf(sandbox)) {
      if (container.config.security.namespaces.pid === "Pod") endContainer(container, killed);
    }
    emit("Exited", sandbox.seen.id, sandbox);
  }

  function stopSandbox(sandbox: FakeSandbox): void {
    for (const container of containersOf(sandbox)) endContainer(container, killed);
    sandboxDied(sandbox);
    sandbox.seen = { ...sandbox.seen, ips: [] };
  }

  function removeSandbox(sandbox: FakeSandbox): void {
    stopSandbox(sandbox);
    containersOf(sandbox).forEach(removeContainer);
    sandboxes.delete(sandbox.seen.id);
    emit("Deleted", sandbox.seen.id, sandbox);
  }

  function createContainer(sandbox: FakeSandbox, config: ContainerConfig): string {
    const { name: pod } = sandbox.config.metadata;
    const program = options.programs.of({ pod, ...config.metadata });
    if (program.createError !== undefined) throw new Failed(program.createError);
    if (sandbox.seen.state === "NotReady") {
      throw new NotFound(`failed to get sandbox container task: no running task found`);
    }
    const image = options.findImage(config.image);
    if (image === undefined) {
      throw new NotFound(`failed to resolve image "${config.image}": not found`);
    }
    const key = containerKey(config, sandbox);
    reserve("failed to reserve container name", {
      key,
      taken: [...containers.values()].map((other) => ({
        id: other.seen.id,
        key: containerKey(other.config, other.sandbox),
      })),
    });
    const id = nextId();
    const seen = created({ id, sandbox, config, image, now: clock.now() });
    const timers: readonly Timer[] = [];
    const waiting = new Set<() => void>();
    containers.set(id, { sandbox, config, program, seen, writtenBytes: 0, timers, waiting });
    emit("Created", id, sandbox);
    return id;
  }

  function startContainer(container: FakeContainer): void {
    const { program, seen } = container;
    if (seen.state !== "Created") {
      throw new Failed(
        `failed to set starting state for container "${seen.id}": ` +
          `container is in CONTAINER_${seen.state.toUpperCase()} state`,
      );
    }
    if (program.startError !== undefined) {
      const message = program.startError;
      end(container, { code: 128, reason: "StartError", message });
      throw new Failed(message);
    }
    container.seen = { ...seen, state: "Running", startedAt: clock.now() };
    emit("Started", seen.id, container.sandbox);
    if (program.exitCode === undefined) return;
    const { exitCode: code, afterMs = 0, reason } = program;
    endIn(container, afterMs, { code, ...(reason === undefined ? {} : { reason }) });
  }

  function endIn(container: FakeContainer, ms: number, how: End): void {
    if (ms === 0) return endContainer(container, how);
    const timer = clock.after(ms, () => endContainer(container, how));
    container.timers = [...container.timers, timer];
  }

  function endContainer(container: FakeContainer, how: End): void {
    if (container.seen.state !== "Running") return;
    container.timers.forEach((timer) => timer.cancel());
    container.timers = [];
    const at = clock.now();
    if (how.reason === "OOMKilled") emit("OutOfMemory", container.seen.id, container.sandbox);
    emit("Exited", container.seen.id, container.sandbox);
    if (options.listLagMs === 0) return end(container, how, at);
    container.timers = [clock.after(options.listLagMs, () => end(container, how, at))];
  }

  function end(container: FakeContainer, { code, reason, message = "" }: End, at = clock.now()) {
    const word = reason ?? (code === 0 ? "Completed" : "Error");
    const seen = { ...container.seen, state: "Exited", exitCode: code, reason: word } as const;
    container.seen = { ...seen, message, finishedAt: at };
    container.waiting.forEach((wake) => wake());
    container.waiting.clear();
  }

  function removeContainer(container: FakeContainer): void {
    endContainer(container, killed);
    container.timers.forEach((timer) => timer.cancel());
    containers.delete(container.seen.id);
    emit("Deleted", container.seen.id, container.sandbox);
  }

  function reboot(): void {
    for (const sandbox of sandboxes.values()) sandbox.seen = { ...sandbox.seen, state: "NotReady" };
    for (const container of containers.values()) {
      container.timers.forEach((timer) => timer.cancel());
      if (container.seen.state === "Running") end(container, { code: 255, reason: "Unknown" });
    }
  }

  return {
    reboot,
    sandboxes,
    containers,
    runSandbox,
    sandboxDied,
    stopSandbox,
    removeSandbox,
    containersOf,
    createContainer,
    startContainer,
    endIn,
    endContainer,
    removeContainer,
  };
}

/** The runtime's own name of a sandbox, which must be free. */
function sandboxKey({ metadata: { name, namespace, uid, attempt } }: SandboxConfig): string {
  return [name, namespace, uid, attempt].join("_");
}

/** As above; two sandboxes of one pod share these names. */
function containerKey(config: ContainerConfig, sandbox: FakeSandbox): string {
  const { name, namespace, uid } = sandbox.config.metadata;
  return [config.metadata.name, name, namespace, uid, config.metadata.attempt].join("_");
}

interface Holder {
  readonly id: string;
  readonly key: string;
}

function reserve(
  failing: string,
  { key, taken }: { readonly key: string; readonly taken: readonly Holder[] },
): void {
  const holder = taken.find((other) => other.key === key);
  if (holder === undefined) return;
  throw new Failed(
    `${failing} "${key}": name "${key}" is reserved for "${holder.id}"`,
  );
}

function created(
  { id, sandbox, config, image, now }: {
    readonly id: string;
    readonly sandbox: FakeSandbox;
    readonly config: ContainerConfig;
    readonly image: Image;
    readonly now: number;
  },
): ContainerRecord {
  return {
    id,
    sandboxId: sandbox.seen.id,
    name: config.metadata.name,
    attempt: config.metadata.attempt,
    state: "Created",
    createdAt: now,
    labels: config.labels,
    annotations: config.annotations,
    startedAt: 0,
    finishedAt: 0,
    exitCode: 0,
    reason: "",
    message: "",
    image: image.tags[0] ?? config.image,
    imageRef: image.digests[0] ?? image.id,
    imageId: image.id,
    logPath: `${sandbox.config.logDirectory}/${config.logPath}`,
  };
}
