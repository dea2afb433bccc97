/** One connection through the tunnel: what a server sends goes to the kubelet's port, and what that answers goes back. */
import { minute, second } from "../../core/instant.ts";
import type { TunnelMetrics } from "../../core/metrics/tunnel_metrics.ts";
import {
  consumed,
  costOf,
  type Flow,
  type FlowStep,
  freeFlow,
  isOverfull,
  maySend,
  paused,
  received,
  resumed,
  sending,
} from "../../core/tunnel/flow.ts";
import { endOfFile, type SentMessage } from "../../core/tunnel/message.ts";
import type { ByteChannel } from "../../ports/byte_channel.ts";
import type { Clock } from "../../ports/clock.ts";
import { messageOf } from "../../ports/errors.ts";
import { createNotice } from "./notice.ts";

/** After a server has ended a connection, what it sent before is given to the kubelet for so long. */
const drainMs = minute / 2;

/** How long a server that does not pause is not read on. */
const patienceMs = second;
const tooMuch = "the node holds too much that its kubelet has not taken";

/** Resolves when the message is on its way. Rejects where the tunnel broke. */
export type Send = (
  message: SentMessage,
  options?: { readonly urgent: boolean },
) => Promise<void>;

export interface TunnelStream {
  /** Bytes from the server, in their order. */
  receive(bytes: Uint8Array): void;
  /**
   * Resolves when more may come: at once, but for a server that does not pause. Until then nothing is read of it, for no longer
   * than a second; a kubelet that takes nothing for so long has its connection ended.
   */
  room(): Promise<void>;
  pause(): void;
  resume(): void;
  /** The server has ended it: what came before goes to the kubelet still. */
  endByServer(): void;
  /** Ends it without a word to the server. */
  abort(): void;
  /** Never rejects. */
  readonly ended: Promise<void>;
}

export interface TunnelStreamOptions {
  /** The server's number of it. */
  readonly connection: bigint;
  readonly dial: (signal: AbortSignal) => Promise<ByteChannel>;
  readonly send: Send;
  /** Bytes that the kubelet has not taken, of all connections of the tunnel. */
  readonly pool: { unread: number };
  readonly clock: Pick<Clock, "after">;
  readonly metrics: TunnelMetrics;
}

/** Dials at once. The server is told how it ends, unless it has ended it itself. */
export function openTunnelStream(options: TunnelStreamOptions): TunnelStream {
  const { connection, dial, send, pool, clock, metrics } = options;
  const closing = new AbortController();
  const inbound: Uint8Array[] = [];
  const arrival = createNotice();
  const release = createNotice();
  const progress = createNotice();
  let flow = freeFlow;
  let end: "Server" | "Node" | "Aborted" | null = null;
  let problem: string | null = null;
  let isDeaf = false;

  function put(next: Flow): void {
    pool.unread += next.unread - flow.unread;
    flow = next;
  }

  function step({ flow: next, tell }: FlowStep): void {
    put(next);
    if (tell === null) return;
    if (tell === "Pause") metrics.pauses.inc({ by: "Node" });
    // A tunnel that breaks meanwhile takes this connection with it.
    void send({ kind: tell, connection }, { urgent: true }).catch(() => {});
  }

  function endAs(by: NonNullable<typeof end>, why: string | null = null): void {
    if (end === null) [end, problem] = [by, why];
    arrival.wake();
    release.wake();
    progress.wake();
  }

  function breakOff(by: "Node" | "Aborted", why: string | null = null): void {
    endAs(by, why);
    closing.abort(new Error("the connection was ended"));
  }

  const abort = (): void => breakOff("Aborted");

  async function toNode(channel: ByteChannel): Promise<void> {
    for (;;) {
      while (inbound.length === 0 && end === null) await arrival.wait();
      const bytes = inbound.shift();
      if (bytes === undefined) return;
      await channel.write(bytes);
      step(consumed(flow, costOf(bytes)));
      progress.wake();
      metrics.bytes.inc({ direction: "FromServer" }, bytes.length);
    }
  }

  /** Who takes nothing any more may still have something to say. */
  function stopListening(): void {
    isDeaf = true;
    inbound.length = 0;
  }

  /** Until the kubelet ends it, or the channel is closed. Without a server to tell, what comes is dropped. */
  async function toServer(channel: ByteChannel): Promise<void> {
    for (let bytes = await channel.read(); bytes !== null; bytes = await channel.read()) {
      while (!maySend(flow) && end === null) await release.wait();
      if (end !== null) continue;
      step(sending(flow));
      await send({ kind: "Data", connection, bytes }).catch(abort);
      metrics.bytes.inc({ direction: "ToServer" }, bytes.length);
    }
  }

  async function carry(channel: ByteChannel): Promise<void> {
    closing.signal.addEventListener("abort", () => channel.close(), { once: true });
    if (closing.signal.aborted) channel.close();
    const writing = toNode(channel).then(() => channel.close(), stopListening);
    await toServer(channel).then(() => endAs("Node"), (error) => endAs("Node", messageOf(error)));
    if (end !== "Server") channel.close();
    await writing;
    channel.close();
  }

  async function room(): Promise<void> {
    if (!isOverfull(flow, pool.unread)) return;
    const timer = clock.after(patienceMs, () => breakOff("Node", tooMuch));
    while (isOverfull(flow, pool.unread) && end === null) await progress.wait();
    timer.cancel();
  }

  async function run(): Promise<void> {
    metrics.streams.add({}, 1);
    try {
      await carry(await dial(closing.signal));
    } catch (error) {
      endAs("Node", messageOf(error));
    }
    stopListening();
    put(freeFlow);
    metrics.streams.add({}, -1);
    const result = end === "Aborted" ? "Broken" : problem === null ? "Closed" : "Failed";
    metrics.finishedStreams.inc({ result });
    if (end !== "Node") return;
    const text = problem ?? endOfFile;
    await send({ kind: "Error", connection, text }, { urgent: true }).catch(() => {});
  }

  const ended = run();
  return {
    receive(bytes) {
      if (isDeaf || end !== null) return;
      inbound.push(held(bytes));
      step(received(flow, costOf(bytes)));
      arrival.wake();
    },
    room,
    pause() {
      metrics.pauses.inc({ by: "Server" });
      step(paused(flow));
    },
    resume() {
      step(resumed(flow));
      release.wake();
    },
    endByServer() {
      if (end !== null) return;
      endAs("Server");
      const timer = clock.after(drainMs, () => closing.abort());
      void ended.finally(() => timer.cancel());
    },
    abort,
    ended,
  };
}

/** A small piece is copied: it would keep all that came with it. */
function held(bytes: Uint8Array): Uint8Array {
  return 2 * bytes.length < bytes.buffer.byteLength ? bytes.slice() : bytes;
}
