/** A control API with nothing behind it but what a test gives, and an agent that serves it. */
import type { ControlFunctions, StatusView } from "../../src/server/control/control_api.ts";
import { type ControlOptions, serveControl } from "../../src/server/control/control_server.ts";
import { createEventRecorder, type EventRecorder } from "../../src/agent/events/event_recorder.ts";
import { fakeClock } from "./clock.ts";
import { fakeLog } from "./log.ts";

/** The state of an agent with nothing to do. */
export const idleStatus: StatusView = {
  version: "0.1.0",
  nodeName: "pi-1",
  pid: 42,
  startedAt: Date.UTC(2026, 0, 1),
  clock: {
    now: Date.UTC(2026, 0, 1, 1, 30),
    machine: Date.UTC(2026, 0, 1, 1, 30),
    isSynchronised: true,
  },
  runtime: {
    endpoint: "unix:///run/containerd/containerd.sock",
    reachable: true,
    name: "containerd",
    version: "1.6.20",
    conditions: [],
  },
  sources: [],
  certificates: [],
  journal: null,
  pods: {},
  pulls: [],
  relay: null,
  heldDeletions: null,
  store: {
    problem: null,
    setAside: null,
    key: { source: "Default", path: "/var/lib/skerry/store.key", problem: "", unreadable: 0 },
    writtenBytes: null,
  },
};

/** The real keeper of events, on a clock that stands still at the beginning of 2026. */
export function fakeEvents(): EventRecorder & Pick<ControlFunctions, "events" | "nextEvent"> {
  const recorder = createEventRecorder(fakeClock());
  return { ...recorder, events: recorder.list, nextEvent: recorder.next };
}

/** Functions of an agent without pods; the test's own take their place. */
export function fakeControl(own: Partial<ControlFunctions> = {}): ControlFunctions {
  return {
    pods: () => [],
    ...fakeEvents(),
    status: () => Promise.resolve(idleStatus),
    relay: () => null,
    relayMessages() {
      throw new Error("this test relays nothing");
    },
    top: () => Promise.reject(new Error("this test measures nothing")),
    logs: () => Promise.reject(new Error("this test gives no logs")),
    importImage: () => Promise.reject(new Error("this test imports no images")),
    confirmDeletions: () => Promise.resolve([]),
    rotateKey: () => Promise.reject(new Error("this test rotates no key")),
    rebootReadiness: () => Promise.resolve([]),
    ...own,
  };
}

/** Whoever wants one is hung up on. */
export const noStreams: ControlOptions["streams"] = {
  upgrade: ({ socket }) => Promise.resolve(void socket.destroy()),
};

/** A served control API. */
export interface FakeAgent extends AsyncDisposable {
  readonly socket: string;
}

/** Serves the functions on a socket in a directory of its own, until disposed of. */
export async function startFakeAgent(
  own: Partial<ControlFunctions> = {},
  streams: ControlOptions["streams"] = noStreams,
): Promise<FakeAgent> {
  const directory = await Deno.makeTempDir({ prefix: "skerry-control-" });
  const stop = new AbortController();
  const socket = `${directory}/skerry.sock`;
  const options = {
    path: socket,
    functions: fakeControl(own),
    streams,
    clock: fakeClock(),
    log: fakeLog(),
  };
  const server = await serveControl({ ...options, signal: stop.signal });
  return {
    socket,
    async [Symbol.asyncDispose]() {
      stop.abort();
      await server.finished;
      await Deno.remove(directory, { recursive: true });
    },
  };
}
