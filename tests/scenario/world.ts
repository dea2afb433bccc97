/**
 * A node in memory for stories of whole pods: the real agent on fakes and a fake clock.
 *
 * ```ts
 * await using world = await createWorld();
 * await world.apply(pod("web").container("main"));
 * assert.equal(world.row("web"), "1/1 Running");
 * ```
 */
import assert from "node:assert/strict";
import { type Agent, createAgent } from "../../src/agent/agent.ts";
import { flooredClock } from "../../src/agent/floored_clock.ts";
import { registerAgentReadings } from "../../src/agent/metrics/agent_readings.ts";
import type { AgentPorts, AgentSettings } from "../../src/agent/agent_ports.ts";
import { measuredPorts } from "../../src/agent/metrics/measured_ports.ts";
import { podLogs } from "../../src/agent/pod_logs.ts";
import { type AgentMetrics, createAgentMetrics } from "../../src/core/metrics/agent_metrics.ts";
import type { PodLogRequest } from "../../src/core/log/pod_log_request.ts";
import { podView } from "../../src/agent/pod_view.ts";
import type { K8sContainerStatus, Pod, PodStatus } from "../../src/core/k8s.ts";
import { defaultBackoff } from "../../src/core/pod/backoff.ts";
import { containerStatuses } from "../../src/core/pod/container_statuses.ts";
import { summarizePod } from "../../src/core/pod/summary.ts";
import type { Random } from "../../src/ports/random.ts";
import type { Instant } from "../../src/core/instant.ts";
import type { RelayPorts } from "../../src/ports/relay.ts";
import type { Runtime } from "../../src/ports/runtime.ts";
import type { Store } from "../../src/ports/store.ts";
import type { RegistryAuth } from "../../src/core/cri/types.ts";
import { type Cluster, createCluster, settle } from "./cluster.ts";
import { admissionNode } from "../fakes/admission_node.ts";
import type { ImportedArchive } from "../../src/ports/image_folder.ts";
import { clusterSettings } from "../fakes/cluster_settings.ts";
import { type FakeCgroups, fakeCgroups } from "../fakes/cgroups.ts";
import { type FakeClock, fakeClock } from "../fakes/clock.ts";
import { type FakeFiles, fakeFiles } from "../fakes/files.ts";
import { type FakeLog, fakeLog } from "../fakes/log.ts";
import { FakeLogFiles } from "../fakes/log_files.ts";
import { type FakeMachine, fakeMachine } from "../fakes/machine.ts";
import { metricValues } from "../fakes/metric_values.ts";
import { node } from "../fakes/node.ts";
import { type FakePodSource, fakePodSource } from "../fakes/pod_source.ts";
import type { PodBuilder } from "../fakes/pods.ts";
import { type FakeProbes, fakeProbes } from "../fakes/probes.ts";
import { fakeRandom } from "../fakes/random.ts";
import { type FakeRuntime, fakeRuntime, type FakeRuntimeOptions } from "../fakes/runtime.ts";
import { type FakeStore, fakeStore } from "../fakes/store.ts";
import { type FakeTimeSync, fakeTimeSync } from "../fakes/time_sync.ts";
import { clockOf, type Life, portOf } from "./process.ts";

export interface WorldOptions extends Omit<FakeRuntimeOptions, "clock"> {
  readonly settings?: Partial<AgentSettings>;
  /** What the registry's credentials are; none unless given. */
  readonly credentials?: readonly RegistryAuth[];
  /** Whether the node belongs to the cluster. */
  readonly inCluster?: boolean;
  /** When the story begins; in 2026 unless given. */
  readonly startsAt?: Instant;
  /** How it relays; needs settings as well. */
  readonly relay?: (clock: FakeClock) => RelayPorts;
  /** Chance; without it none has a say. */
  readonly random?: Random;
  /** Opens the store of each agent that starts; one in memory that outlives agents unless given. */
  readonly store?: () => Store;
  /** The errors that the agent will log; any other fails the story. */
  readonly errors?: readonly string[];
}

/** Pods are named by their name, containers as `POD/CONTAINER`. */
export interface World extends AsyncDisposable {
  /** There from the start; the node belongs to it where the options say so. */
  readonly cluster: Cluster;
  readonly clock: FakeClock;
  readonly timeSync: FakeTimeSync;
  readonly runtime: FakeRuntime;
  readonly probes: FakeProbes;
  readonly files: FakeFiles;
  readonly cgroups: FakeCgroups;
  readonly machine: FakeMachine;
  readonly logFiles: FakeLogFiles;
  readonly store: FakeStore;
  readonly source: FakePodSource;
  readonly log: FakeLog;
  /** What was imported from the folder of image archives. */
  readonly importedArchives: ImportedArchive[];
  readonly agent: Agent;
  /** The values of all metrics of the agent that runs now, by `name{label="value"}`. */
  metrics(): ReadonlyMap<string, number>;
  /** Puts pods into the source; one of the same name goes. */
  apply(...pods: readonly PodBuilder[]): Promise<void>;
  /** Takes a pod out of the source. */
  delete(name: string): Promise<void>;
  advance(ms: number): Promise<void>;
  /** The agent is stopped and started again; the containers go on. */
  restartAgent(): Promise<void>;
  stopAgent(): Promise<void>;
  /** SIGKILL. */
  killAgent(): void;
  startAgent(): Promise<void>;
  /** The pod as the API shows it; undefined when there is none of that name. */
  pod(name: string): Pod | undefined;
  status(name: string): PodStatus;
  container(name: string): K8sContainerStatus;
  /** READY and STATUS as `skerry pods` prints them, or `gone`. */
  row(name: string): string;
  /** `Normal Started Container started`, of the agent that runs now, in the order of their first appearance; `(x3)` behind repeated ones. */
  events(name: string): readonly string[];
  /** The text of a log, as `skerry logs` gives it. */
  logs(request: Partial<PodLogRequest> & { readonly name: string }): Promise<string>;
}

export async function createWorld(options: WorldOptions = {}): Promise<World> {
  const clock = fakeClock(options.startsAt);
  const runtime = fakeRuntime({ clock, ...options });
  runtime.images.add("busybox:1");
  const parts = {
    clock,
    timeSync: fakeTimeSync(),
    runtime,
    probes: fakeProbes({ clock }),
    files: fakeFiles({ clock }),
    cgroups: fakeCgroups(),
    machine: fakeMachine(),
    logFiles: new FakeLogFiles({ clock }),
    store: fakeStore(),
    source: fakePodSource(),
    log: fakeLog(),
    importedArchives: [],
    cluster: createCluster({ clock }),
  };
  const processes = createProcesses(parts, options);
  await processes.start();
  const wanted = new Map<string, Pod>();
  const say = async (): Promise<void> => {
    parts.source.set([...wanted.values()]);
    await settle(clock);
  };
  const views = createViews(() => processes.agent, parts);

  return {
    ...parts,
    ...views,
    get agent() {
      return processes.agent;
    },
    metrics: () => metricValues(processes.metrics),
    apply(...pods) {
      for (const each of pods.map((builder) => builder.build())) {
        wanted.set(each.metadata.name, each);
      }
      return say();
    },
    delete(name) {
      wanted.delete(name);
      return say();
    },
    async advance(ms) {
      await clock.advance(ms);
      await settle(clock);
    },
    async restartAgent() {
      await processes.stop();
      await processes.start();
    },
    stopAgent: processes.stop,
    killAgent: processes.kill,
    startAgent: processes.start,
    async [Symbol.asyncDispose]() {
      await processes.stop();
      assert.deepEqual(parts.log.messages("error"), options.errors ?? []);
    },
  };
}

type Parts = Pick<
  World,
  | "clock"
  | "timeSync"
  | "runtime"
  | "probes"
  | "files"
  | "cgroups"
  | "machine"
  | "logFiles"
  | "importedArchives"
  | "store"
  | "source"
  | "log"
  | "cluster"
>;

interface Processes {
  readonly agent: Agent;
  readonly metrics: AgentMetrics;
  start(): Promise<void>;
  stop(): Promise<void>;
  kill(): void;
}

function createProcesses(parts: Parts, options: WorldOptions): Processes {
  let agent: Agent | undefined;
  let metrics = createAgentMetrics();
  let life: Life = { alive: false };
  let stopped = new AbortController();
  let running = Promise.resolve();

  async function start(): Promise<void> {
    life = { alive: true };
    stopped = new AbortController();
    metrics = createAgentMetrics();
    const ports = await portsOf({ ...parts, metrics }, life, options);
    agent = await createAgent(ports, { ...defaultSettings, ...options.settings });
    registerAgentReadings(metrics.registry, {
      agent,
      storeState: ports.store.state,
      nodeName: defaultSettings.node.nodeName,
      inCluster: ports.kube !== null,
      cgroupVersion: 2,
      certificates: () => [],
      processUse: () => null,
      startedAt: ports.clock.now(),
      now: ports.clock.now,
    });
    running = agent.run(stopped.signal);
    await settle(parts.clock);
  }

  /** What cannot be cut off is waited for, but not for long. */
  async function ended(): Promise<void> {
    let isRunning = true;
    const end = running.finally(() => isRunning = false);
    await settle(parts.clock);
    if (isRunning) await parts.clock.advance(longestStopMs);
    await end;
  }

  async function stop(): Promise<void> {
    stopped.abort(new Error("the agent was stopped"));
    if (life.alive) await ended();
    life.alive = false;
  }

  return {
    start,
    stop,
    kill: () => void (life.alive = false),
    get metrics() {
      return metrics;
    },
    get agent() {
      if (agent === undefined) throw new Error("the agent was never started");
      return agent;
    },
  };
}

const longestStopMs = 6_000;

const defaultSettings: AgentSettings = {
  node: node(),
  admission: admissionNode(),
  cluster: clusterSettings(),
  podsCapacity: { milliCpu: 2_000, memoryBytes: 1024 ** 3, pids: 32_768 },
  nodeIps: ["192.0.2.1"],
  backoff: defaultBackoff,
  relistMs: 60_000,
  parallelPulls: 1,
  imageGc: { highPercent: 85, lowPercent: 80, minAgeMs: 120_000, maxAgeMs: 0 },
  journal: { maxRecords: 20_000, maxBytes: 8 * 1024 ** 2 },
  logRotation: { maxBytes: 10 * 1024 ** 2, maxFiles: 5, intervalMs: 10_000 },
};

async function portsOf(
  parts: Parts & { readonly metrics: AgentMetrics },
  life: Life,
  options: WorldOptions,
): Promise<AgentPorts> {
  const { credentials = [], inCluster = false, random = fakeRandom() } = options;
  const { store: open = () => parts.store } = options;
  const store = storeOf(open(), life);
  const { clock, restore } = flooredClock(clockOf(parts.clock, life), parts.timeSync);
  await restore(store.facts, parts.log);
  return measuredPorts({
    clock,
    timeSync: parts.timeSync,
    random,
    kube: inCluster ? portOf(parts.cluster.kube, life) : null,
    log: parts.log,
    metrics: parts.metrics,
    runtime: portOf(withLogs(parts), life),
    probes: portOf(parts.probes, life),
    images: portOf(parts.runtime.images, life),
    files: portOf(parts.files, life),
    logFiles: portOf(parts.logFiles, life),
    cgroups: portOf(parts.cgroups, life),
    machine: portOf(parts.machine, life),
    store,
    ...options.relay && { relay: portOf(options.relay(parts.clock), life) },
    credentials: { forImage: () => Promise.resolve(credentials) },
    folder: { imported: () => Promise.resolve(parts.importedArchives) },
    sources: [parts.source],
  });
}

/** Each part as a process sees it. */
function storeOf(
  store: Store,
  life: Life,
): Store {
  const { memories, objects, tokens, facts, journal } = store;
  return {
    ...store,
    memories: portOf(memories, life),
    objects: portOf(objects, life),
    tokens: portOf(tokens, life),
    facts: portOf(facts, life),
    journal: portOf(journal, life),
  };
}

/** The runtime opens the log of each container it starts. */
function withLogs({ runtime, logFiles }: Parts): Runtime {
  const openLog = async (id: string): Promise<void> =>
    logFiles.append((await runtime.container(id)).logPath, "");
  return {
    ...runtime,
    startContainer: (id) => runtime.startContainer(id).then(() => openLog(id)),
    reopenLog: (id) => runtime.reopenLog(id).then(() => openLog(id)),
  };
}

type Views = Pick<World, "pod" | "status" | "container" | "row" | "events" | "logs">;

function createViews(agent: () => Agent, { clock, logFiles }: Parts): Views {
  const records = (name: string) =>
    agent().pods.list().filter((record) => record.subject.name === name);
  /** Of two pods of one name the one that is leaving counts: it is the one that has a status. */
  const view = (name: string): Pod | undefined =>
    records(name).map(podView).find((each) => each !== null) ?? undefined;
  const status = (name: string): PodStatus => {
    const found = view(name)?.status;
    if (found === undefined) throw new Error(`pod ${name} has no status`);
    return found;
  };
  return {
    pod: view,
    status,
    container(path) {
      const [podName = "", name = ""] = path.split("/");
      const found = containerStatuses(status(podName)).find((each) => each.name === name);
      if (found === undefined) throw new Error(`no container is called ${path}`);
      return found;
    },
    row(name) {
      const found = view(name);
      if (found === undefined) return "gone";
      const { ready, status: word } = summarizePod(found, clock.now());
      return `${ready} ${word}`;
    },
    events: (name) =>
      agent().events.list(agent().events.begin).filter((event) => event.name === name)
        .toSorted((a, b) => a.firstSeen - b.firstSeen)
        .map(({ type, reason, message, count }) =>
          `${type} ${reason} ${message}${count > 1 ? ` (x${count})` : ""}`
        ),
    async logs(request) {
      const whole = { follow: false, previous: false, timestamps: false, namespace: "default" };
      const pieces = await podLogs(
        { ...whole, ...request },
        { pods: agent().pods, logFiles },
        new AbortController().signal,
      );
      const texts = await Array.fromAsync(pieces, (piece) => new TextDecoder().decode(piece));
      return texts.join("");
    },
  };
}
