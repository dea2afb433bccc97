/**
 * A container runtime in memory that behaves as containerd does, on a fake clock and to a test's script.
 *
 * ```ts
 * const clock = fakeClock();
 * const fake = fakeRuntime({ clock });
 * fake.images.add("busybox:1");
 * fake.program("main", { exitCode: 1, afterMs: 500 }, {}); // fails once, then runs
 * ```
 */
import type {
  ContainerConfig,
  ContainerRecord,
  RuntimeCondition,
  RuntimeEvent,
  RuntimeStatus,
  Sandbox,
  SandboxConfig,
} from "../../src/core/cri/types.ts";
import type { ContainerUsage } from "../../src/core/stats/container_usage.ts";
import { label } from "../../src/core/cri/labels.ts";
import type { StreamChoice } from "../../src/core/stream/stream_request.ts";
import type { Clock } from "../../src/ports/clock.ts";
import { Failed, NotFound } from "../../src/ports/errors.ts";
import type { Runtime } from "../../src/ports/runtime.ts";
import {
  type CallOptions,
  type Calls,
  createCalls,
  type Disturbance,
  type FakeCall,
} from "./calls.ts";
import { eventChannel } from "./event_channel.ts";
import { type FakeImages, fakeImages } from "./images.ts";
import { type ExecAnswer, runScript } from "./runtime_exec.ts";
import { createPrograms, type Program } from "./runtime_program.ts";
import {
  createWorld,
  type End,
  type FakeContainer,
  type FakeSandbox,
  killed,
  type World,
} from "./runtime_world.ts";

export type { CallOptions, FakeCall, FakeImages, Program };

export interface FakeRuntimeOptions {
  readonly clock: Clock;
  /** How long the lists lag behind exit events. Default 0. */
  readonly listLagMs?: number;
  /** Whether events carry the pod's UID, as CRI's own do and containerd 1.6's do not. Default false. */
  readonly eventsNameThePod?: boolean;
}

/**
 * The runtime port with the test's hands on it. Containers are named `CONTAINER` or `POD/CONTAINER`; a name that fits no
 * container, or several, is an error.
 */
export interface FakeRuntime extends Runtime, Disturbance {
  readonly images: FakeImages;
  /** What containers of this name do: the first run the first program, the n-th the n-th, all later ones the last. */
  program(name: string, ...runs: readonly [Program, ...Program[]]): void;
  /** What commands do in containers of this name; they end well at once unless said. */
  onExec(name: string, answer: ExecAnswer): void;
  /** A running container ends by itself. */
  exit(name: string, end: End): void;
  /** A running container has this many bytes in its own file system. */
  write(name: string, bytes: number): void;
  /** The kernel kills a running container that has used up its memory. */
  outOfMemory(name: string): void;
  /** The pause process of the pod's ready sandbox dies. */
  killSandbox(podUid: string): void;
  /** Nothing runs any more, as after a power cut: containers are Exited with 255, sandboxes NotReady; no events. */
  reboot(): void;
  /** What the runtime says of what it can do; nothing unless set, as containerd before 2.0. */
  setAbilities(abilities: Partial<Pick<RuntimeStatus, "handlers" | "features">>): void;
  /** Takes the place of the condition of that type. */
  setCondition(condition: RuntimeCondition): void;
  /** The calls that changed something, images' too. */
  readonly calls: readonly FakeCall[];
  /** The texts of `calls`: `runSandbox web`, `pull busybox:1`, `createContainer web/main`, `stopContainer web/main#1 30s`. */
  story(): readonly string[];
  /** Starts the story anew. */
  forgetCalls(): void;
  /** What runs now, as `POD/CONTAINER`, sorted. */
  running(): readonly string[];
  /** All of the named container's runs that are still there, oldest first. */
  runsOf(name: string): readonly ContainerRecord[];
  /** The configuration of the newest run. */
  configOf(name: string): ContainerConfig;
  /** The pod's sandboxes, oldest first. */
  sandboxesOf(
    podUid: string,
  ): readonly (Sandbox & { readonly config: SandboxConfig; readonly handler: string })[];
  /** Subscriptions to events that are open now. */
  readonly subscribers: number;
}

const ready = (type: string): RuntimeCondition => ({ type, status: true, reason: "", message: "" });

export function fakeRuntime(options: FakeRuntimeOptions): FakeRuntime {
  const { clock, listLagMs = 0, eventsNameThePod = false } = options;
  const channel = eventChannel<RuntimeEvent>();
  const programs = createPrograms();
  const conditions = new Map(
    ["RuntimeReady", "NetworkReady"].map((type) => [type, ready(type)]),
  );
  let abilities: Partial<RuntimeStatus> = {};
  const calls = createCalls({ clock, onDown: channel.endAll });
  const images = fakeImages({ calls });
  const execs = new Map<string, ExecAnswer>();
  const findImage = images.find;
  const world = createWorld({ clock, programs, channel, findImage, listLagMs, eventsNameThePod });
  return {
    ...sandboxCalls({ world, calls }),
    ...containerCalls({ world, calls }),
    ...controls({ world, calls }),
    execSync: execCall({ world, calls, execs }),
    ...streamCalls({ world, calls }),
    onExec: (name, answer) => void execs.set(name, answer),
    ...calls.disturbance,
    images,
    version: () =>
      calls.run({ method: "version" }, () => ({
        name: "fake",
        version: "1.0.0",
        apiVersion: "v1",
      })),
    status: () =>
      calls.run({ method: "runtimeStatus" }, () => ({
        conditions: [...conditions.values()],
        handlers: [],
        features: null,
        ...abilities,
      })),
    cgroupDriver: () => calls.run({ method: "cgroupDriver" }, () => null),
    events: (signal) => channel.subscribe(calls.isDown ? AbortSignal.abort() : signal),
    program: (name, ...runs) => programs.set(name, runs),
    setAbilities: (said) => void (abilities = said),
    setCondition: (condition) => void conditions.set(condition.type, condition),
    calls: calls.made,
    story: () => calls.made.map((call) => call.text),
    forgetCalls: calls.forget,
    get subscribers() {
      return channel.subscribers;
    },
  };
}

interface Parts {
  readonly world: World;
  readonly calls: Calls;
}

type SandboxCalls = Pick<
  Runtime,
  "runSandbox" | "stopSandbox" | "removeSandbox" | "sandbox" | "listSandboxes"
>;

function sandboxCalls({ world, calls }: Parts): SandboxCalls {
  const named = (id: string): string => {
    const sandbox = world.sandboxes.get(id);
    return sandbox === undefined ? id : sandboxName(sandbox.config);
  };
  return {
    runSandbox: (config, { handler = "" } = {}) =>
      calls.run(
        { method: "runSandbox", text: `runSandbox ${sandboxName(config)}` },
        () => world.runSandbox(config, handler),
      ),
    stopSandbox: (id) =>
      calls.run({ method: "stopSandbox", text: `stopSandbox ${named(id)}` }, () => {
        const sandbox = world.sandboxes.get(id);
        if (sandbox !== undefined) world.stopSandbox(sandbox);
      }),
    removeSandbox: (id) =>
      calls.run({ method: "removeSandbox", text: `removeSandbox ${named(id)}` }, () => {
        const sandbox = world.sandboxes.get(id);
        if (sandbox !== undefined) world.removeSandbox(sandbox);
      }),
    sandbox: (id) => calls.run({ method: "sandbox" }, () => theSandbox(world, id).seen),
    listSandboxes: (filter) =>
      calls.run({ method: "listSandboxes" }, () =>
        [...world.sandboxes.values()]
          .filter((sandbox) => ofPod(sandbox.seen.labels, filter?.podUid))
          .map(({ seen: { network: _network, ...listed } }) => ({ ...listed, ips: [] }))),
  };
}

type ContainerCalls = Pick<
  Runtime,
  | "createContainer"
  | "startContainer"
  | "stopContainer"
  | "removeContainer"
  | "container"
  | "listContainers"
  | "writtenBytes"
  | "usage"
  | "reopenLog"
>;

function containerCalls({ world, calls }: Parts): ContainerCalls {
  const call = <T>(method: string, id: string, body: () => T | Promise<T>): Promise<T> => {
    const container = world.containers.get(id);
    const name = container === undefined ? id : containerName(container);
    return calls.run({ method, text: `${method} ${name}` }, body);
  };
  return {
    createContainer: ({ sandboxId, config }) => {
      const pod = world.sandboxes.get(sandboxId)?.config.metadata.name ?? sandboxId;
      const text = `createContainer ${pod}/${runName(config.metadata)}`;
      return calls.run(
        { method: "createContainer", text },
        () => world.createContainer(theSandbox(world, sandboxId), config),
      );
    },
    startContainer: (id) =>
      call("startContainer", id, () => world.startContainer(theContainer(world, id))),
    stopContainer: (id, { graceSeconds }) => {
      const container = world.containers.get(id);
      const name = container === undefined ? id : containerName(container);
      return calls.run(
        { method: "stopContainer", text: `stopContainer ${name} ${graceSeconds}s` },
        () => container && stop({ world, calls }, { container, graceSeconds }),
      );
    },
    removeContainer: (id) =>
      call("removeContainer", id, () => {
        const container = world.containers.get(id);
        if (container !== undefined) world.removeContainer(container);
      }),
    container: (id) => calls.run({ method: "container" }, () => theContainer(world, id).seen),
    listContainers: (filter) =>
      calls.run({ method: "listContainers" }, () =>
        [...world.containers.values()]
          .filter((container) => ofPod(container.seen.labels, filter?.podUid))
          .map((container) => container.seen)),
    writtenBytes: ({ podUid }) =>
      calls.run({ method: "writtenBytes" }, () =>
        new Map(
          [...world.containers.values()]
            .filter(({ seen }) => seen.state === "Running" && ofPod(seen.labels, podUid))
            .map(({ seen, writtenBytes }) => [seen.id, writtenBytes]),
        )),
    usage: () =>
      calls.run({ method: "usage" }, () =>
        new Map(
          [...world.containers.values()]
            .filter(({ seen }) => seen.state === "Running")
            .map(({ seen, writtenBytes }) => [seen.id, usageOf(writtenBytes)]),
        )),
    reopenLog: (id) =>
      call("reopenLog", id, () => {
        const { state } = theContainer(world, id).seen;
        if (state === "Running") return;
        throw new Failed("rpc error: code = Unknown desc = container is not running");
      }),
  };
}

/** Of processor and memory the fake knows nothing. */
function usageOf(usedBytes: number): ContainerUsage {
  const writableLayer = { at: 0, mountpoint: "/var/lib/containerd", usedBytes, inodesUsed: 1 };
  return { cpu: null, memory: null, writableLayer };
}

function execCall({ world, calls, execs }: Parts & { readonly execs: Execs }): Runtime["execSync"] {
  return (id, request, signal) => {
    const container = world.containers.get(id);
    const name = container === undefined ? id : containerName(container);
    const text = `execSync ${name} ${request.command.join(" ")}`;
    return calls.run({ method: "execSync", text }, () => {
      const running = theContainer(world, id);
      const asked = [...execs.keys()].findLast((name) => isCalled(running, name));
      const script = execs.get(asked ?? "")?.(request.command) ?? {};
      return runScript(running, { script, request, calls, signal });
    });
  };
}

type StreamCalls = Pick<Runtime, "execUrl" | "attachUrl" | "portForwardUrl">;

/** Nobody answers at these addresses. */
function streamCalls({ world, calls }: Parts): StreamCalls {
  let tokens = 0;
  const address = (kind: string): URL =>
    new URL(`http://127.0.0.1:10010/${kind}/token-${++tokens}`);
  const ofRunning = (
    method: string,
    { id, more }: { readonly id: string; readonly more: string },
  ) => {
    const container = world.containers.get(id);
    const name = container === undefined ? id : containerName(container);
    return calls.run({ method: `${method}Url`, text: `${method} ${name}${more}` }, () => {
      const { state } = theContainer(world, id).seen;
      if (state !== "Running") {
        throw new Failed("rpc error: code = Unknown desc = container is not running");
      }
      return address(method);
    });
  };
  return {
    execUrl: (id, { command, streams }) =>
      ofRunning("exec", { id, more: `${chosen(streams)} ${command.join(" ")}` }),
    attachUrl: (id, streams) => ofRunning("attach", { id, more: chosen(streams) }),
    portForwardUrl: (id, { ports = [] } = {}) => {
      const sandbox = world.sandboxes.get(id);
      const name = sandbox === undefined ? id : sandboxName(sandbox.config);
      const text = ["portForward", name, ...ports].join(" ");
      return calls.run({ method: "portForwardUrl", text }, () => {
        if (theSandbox(world, id).seen.state === "Ready") return address("portforward");
        throw new Failed("rpc error: code = Unknown desc = sandbox container is not running");
      });
    },
  };
}

/** ` stdin,stdout` */
function chosen(streams: StreamChoice): string {
  return ` ${Object.entries(streams).flatMap(([name, on]) => on ? [name] : []).join(",")}`;
}

type Execs = ReadonlyMap<string, ExecAnswer>;

/** SIGTERM, the wait, SIGKILL. The kill belongs to the call: where the runtime goes down meanwhile, none comes. */
async function stop(
  { world, calls }: Parts,
  { container, graceSeconds }: { readonly container: FakeContainer; readonly graceSeconds: number },
): Promise<void> {
  if (container.seen.state !== "Running") return;
  const over = new AbortController();
  const ended = new Promise<void>((resolve) => container.waiting.add(resolve))
    .then(() => over.abort());
  const { onStop = {} } = container.program;
  if (graceSeconds > 0 && onStop !== "ignored") {
    const { exitCode: code = 0, afterMs = 0 } = onStop;
    world.endIn(container, afterMs, { code });
  }
  try {
    await calls.sleep(graceSeconds * 1000, over.signal);
    world.endContainer(container, killed);
  } catch (error) {
    if (!over.signal.aborted) throw error;
  }
  await ended;
}

type Controls = Pick<
  FakeRuntime,
  | "exit"
  | "outOfMemory"
  | "write"
  | "killSandbox"
  | "reboot"
  | "running"
  | "runsOf"
  | "configOf"
  | "sandboxesOf"
>;

function controls({ world }: Parts): Controls {
  const runs = (name: string): readonly FakeContainer[] =>
    [...world.containers.values()].filter((container) => isCalled(container, name));
  const oneRunning = (name: string): FakeContainer => {
    const running = runs(name).filter((container) => container.seen.state === "Running");
    const [container] = running;
    if (container !== undefined && running.length === 1) return container;
    throw new Error(`${running.length} running containers are called ${name}`);
  };
  const sandboxesOf = (podUid: string): readonly FakeSandbox[] =>
    [...world.sandboxes.values()].filter(({ config }) => config.metadata.uid === podUid);
  return {
    exit: (name, end) => world.endContainer(oneRunning(name), end),
    outOfMemory: (name) => world.endContainer(oneRunning(name), { ...killed, reason: "OOMKilled" }),
    write: (name, bytes) => void (oneRunning(name).writtenBytes = bytes),
    killSandbox(podUid) {
      const sandbox = sandboxesOf(podUid).find(({ seen }) => seen.state === "Ready");
      if (sandbox === undefined) throw new Error(`no ready sandbox of pod ${podUid}`);
      world.sandboxDied(sandbox);
    },
    reboot: () => world.reboot(),
    running: () =>
      [...world.containers.values()].filter(({ seen }) => seen.state === "Running")
        .map(({ sandbox, config }) => `${sandbox.config.metadata.name}/${config.metadata.name}`)
        .toSorted(),
    runsOf: (name) => runs(name).map((container) => container.seen),
    configOf(name) {
      const config = runs(name).at(-1)?.config;
      if (config === undefined) throw new Error(`no container is called ${name}`);
      return config;
    },
    sandboxesOf: (podUid) =>
      sandboxesOf(podUid).map(({ seen, config, handler }) => ({ ...seen, config, handler })),
  };
}

function isCalled({ sandbox, config }: FakeContainer, name: string): boolean {
  return config.metadata.name === name ||
    `${sandbox.config.metadata.name}/${config.metadata.name}` === name;
}

function ofPod(labels: Readonly<Record<string, string>>, podUid: string | undefined): boolean {
  return podUid === undefined || labels[label.podUid] === podUid;
}

function theSandbox(world: World, id: string): FakeSandbox {
  const sandbox = world.sandboxes.get(id);
  if (sandbox === undefined) {
    throw new NotFound(
      "rpc error: code = NotFound desc = an error occurred when try to find sandbox: not found",
    );
  }
  return sandbox;
}

function theContainer(world: World, id: string): FakeContainer {
  const container = world.containers.get(id);
  if (container === undefined) {
    throw new NotFound(
      "rpc error: code = NotFound desc = an error occurred when try to find container " +
        `"${id}": not found`,
    );
  }
  return container;
}

/** `main`, and `main#1` for the first restart. */
function runName({ name, attempt }: { readonly name: string; readonly attempt: number }): string {
  return attempt === 0 ? name : `${name}#${attempt}`;
}

function sandboxName(config: SandboxConfig): string {
  return runName(config.metadata);
}

function containerName({ sandbox, config }: FakeContainer): string {
  return `${sandbox.config.metadata.name}/${runName(config.metadata)}`;
}
