/** Talks to the agent over its control socket. */
import type { RecordedEvent } from "../core/event.ts";
import type { Pod } from "../core/k8s.ts";
import type { PodReadiness } from "../core/node/reboot_ready.ts";
import type { TappedMessage } from "../core/relay/tapped_message.ts";
import { PortError } from "../ports/errors.ts";
import type {
  KeyRotation,
  RelayState,
  StatusView,
  TopView,
} from "../server/control/control_api.ts";
import type { PodLogRequest } from "../core/log/pod_log_request.ts";
import { errorOfBody } from "../server/control/control_errors.ts";
import { logQuery } from "../server/control/log_query.ts";
import { jsonLines } from "./json_lines.ts";
import { brokenOff, unreachable } from "./unreachable.ts";

/**
 * The agent as a command sees it. Every call throws `CliError` with exit code `unreachable` when no agent answers, a
 * port error when the agent refuses, and the signal's reason when it aborts.
 */
export interface ControlClient extends Disposable {
  pods(): Promise<readonly Pod[]>;
  status(): Promise<StatusView>;
  /** Processor and memory in use now. */
  top(): Promise<TopView>;
  /** Events kept with a sequence greater than `after`. */
  events(after: number): Promise<readonly RecordedEvent[]>;
  /** The same, and each new one when it happens. */
  followEvents(after: number): AsyncIterable<RecordedEvent>;
  /** Which way status goes; null where there is only one. */
  relay(): Promise<RelayState | null>;
  /** Each message that passes over the broker from now on. */
  relayMessages(): AsyncIterable<TappedMessage>;
  /** Resolves when the agent has agreed to give the log. */
  logs(request: PodLogRequest): Promise<AsyncIterable<Uint8Array>>;
  /** Imports an archive on this machine, named by its absolute path; gives the names of its images. */
  importImage(path: string): Promise<readonly string[]>;
  /** Believes the deletions that are held; gives the pods that end for it. */
  confirmDeletions(): Promise<readonly string[]>;
  /** Seals Secrets and tokens in the store with a new key. */
  rotateKey(): Promise<KeyRotation>;
  /** Which pods would come back after a power cut without a link. */
  rebootReadiness(): Promise<readonly PodReadiness[]>;
}

/** How long the agent may take for what it answers from memory. */
const answerWithinMs = 15_000;

/** An address, since a name would be looked up although nobody asks for the answer: without DNS that takes seconds. */
const origin = "http://127.0.0.1";

/** Makes a client; nothing is sent yet. The signal ends all its calls. */
export function controlClient(
  { socket, signal }: { readonly socket: string; readonly signal: AbortSignal },
): ControlClient {
  const client = Deno.createHttpClient({ proxy: { transport: "unix", path: socket } });

  async function reaching<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      signal.throwIfAborted();
      throw error instanceof PortError ? error : unreachable(error, socket);
    }
  }

  async function send(path: string, init: RequestInit = {}): Promise<Response> {
    const response = await fetch(`${origin}${path}`, { signal, ...init, client });
    if (!response.ok) throw await refusal(response);
    return response;
  }

  /** Both ends are the same program, so the shape of the answer is taken for granted. */
  function ask<T>(path: string, init: RequestInit = {}): Promise<T> {
    return reaching(async () => await (await send(path, init)).json() as T);
  }

  /** For what the agent answers from memory: an agent that hangs is not waited for. */
  function quickly<T>(path: string): Promise<T> {
    const late = AbortSignal.timeout(answerWithinMs);
    return ask(path, { signal: AbortSignal.any([signal, late]) });
  }

  async function* read(response: Response): AsyncGenerator<Uint8Array> {
    if (response.body === null) return;
    const reader = response.body.getReader();
    try {
      for (;;) {
        const { done, value } = await reader.read().catch(() => {
          signal.throwIfAborted();
          throw brokenOff(socket);
        });
        if (done) return;
        yield value;
      }
    } finally {
      await reader.cancel().catch(() => {/* it is at its end already */});
    }
  }

  async function* followEvents(after: number): AsyncGenerator<RecordedEvent> {
    const response = await reaching(() => send(`/v1/events?after=${after}&follow=true`));
    yield* jsonLines<RecordedEvent>(read(response));
  }

  async function* relayMessages(): AsyncGenerator<TappedMessage> {
    const response = await reaching(() => send("/v1/relay/messages"));
    yield* jsonLines<TappedMessage>(read(response));
  }

  return {
    pods: async () => (await quickly<{ readonly items: readonly Pod[] }>("/v1/pods")).items,
    status: () => quickly("/v1/status"),
    top: () => quickly("/v1/top"),
    events: (after) => quickly(`/v1/events?after=${after}`),
    followEvents,
    relay: async () => (await quickly<{ readonly relay: RelayState | null }>("/v1/relay")).relay,
    relayMessages,
    logs: async (request) => read(await reaching(() => send(`/v1/logs?${logQuery(request)}`))),
    importImage: async (path) =>
      (await ask<{ readonly images: readonly string[] }>(
        "/v1/images/import",
        { method: "POST", body: JSON.stringify({ path }) },
      )).images,
    rebootReadiness: async () =>
      (await quickly<{ readonly pods: readonly PodReadiness[] }>("/v1/reboot")).pods,
    rotateKey: () => ask("/v1/rotate-key", { method: "POST" }),
    confirmDeletions: async () =>
      (await ask<{ readonly pods: readonly string[] }>(
        "/v1/confirm-deletions",
        { method: "POST" },
      )).pods,
    [Symbol.dispose]: () => client.close(),
  };
}

async function refusal(response: Response): Promise<Error> {
  const body: unknown = await response.json();
  return errorOfBody(body) ?? new Error(`it answers ${response.status} ${response.statusText}`);
}
