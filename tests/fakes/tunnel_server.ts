/** A server at the other end of a tunnel, as a test lets it speak, and a kubelet's port as a test lets it answer. */
import {
  decodeMessage,
  encodeMessage,
  type SentMessage,
  type TunnelMessage,
} from "../../src/core/tunnel/message.ts";
import type { ByteChannel } from "../../src/ports/byte_channel.ts";
import type { Dialer } from "../../src/ports/dialer.ts";
import { Unavailable } from "../../src/ports/errors.ts";
import type {
  WebSocketConnection,
  WebSockets,
  WebSocketTarget,
} from "../../src/ports/web_sockets.ts";

/** What comes, read by one reader; an error is what the reads after the rest reject with. */
interface Incoming<T> {
  push(item: T): void;
  end(error: Error): void;
  next(): Promise<T>;
}

function incoming<T>(): Incoming<T> {
  const items: T[] = [];
  let problem: Error | null = null;
  let wake = (): void => {};
  return {
    push(item) {
      items.push(item);
      wake();
    },
    end(error) {
      problem ??= error;
      wake();
    },
    async next() {
      while (items.length === 0 && problem === null) {
        await new Promise<void>((resolve) => wake = resolve);
      }
      if (items.length === 0) throw problem;
      return items.shift()!;
    },
  };
}

export interface FakeServer {
  readonly target: WebSocketTarget;
  /** What the node has said, in order. */
  readonly heard: readonly TunnelMessage[];
  readonly pings: number;
  readonly isOpen: boolean;
  say(...messages: readonly SentMessage[]): void;
  sayBytes(bytes: Uint8Array): void;
  /** Whether pings are answered; true at first. */
  answersPings: boolean;
  /** The connection breaks. */
  cut(): void;
}

export interface FakeServers extends WebSockets {
  /** One for each websocket that was opened. */
  readonly opened: readonly FakeServer[];
  /** Set: they take nobody, for this reason, or say nothing at all. */
  refuse: string | "silence" | null;
}

export function fakeTunnelServers(): FakeServers {
  const opened: FakeServer[] = [];
  const servers: FakeServers = {
    opened,
    refuse: null,
    async open(target, signal) {
      if (servers.refuse === "silence") {
        await new Promise((_, reject) =>
          signal.addEventListener("abort", () => reject(signal.reason), { once: true })
        );
      }
      if (servers.refuse !== null) throw new Unavailable(servers.refuse);
      const { server, connection } = fakeConnection(target);
      opened.push(server);
      return connection;
    },
  };
  return servers;
}

function fakeConnection(
  target: WebSocketTarget,
): { readonly server: FakeServer; readonly connection: WebSocketConnection } {
  const messages = incoming<Uint8Array>();
  const heard: TunnelMessage[] = [];
  let [count, pings, isOpen] = [0, 0, true];

  function end(why: string): void {
    isOpen = false;
    messages.end(new Unavailable(why));
  }

  const server: FakeServer = {
    target,
    heard,
    get pings() {
      return pings;
    },
    get isOpen() {
      return isOpen;
    },
    say(...said) {
      for (const message of said) server.sayBytes(encodeMessage(message, 1n));
    },
    sayBytes(bytes) {
      count += 1;
      messages.push(bytes);
    },
    answersPings: true,
    cut: () => end("the connection was cut"),
  };
  const connection: WebSocketConnection = {
    read: messages.next,
    write(bytes) {
      if (!isOpen) return Promise.reject(new Unavailable("the connection was closed"));
      const message = decodeMessage(bytes);
      if (!message.ok) throw new Error(message.error);
      heard.push(message.value);
      return Promise.resolve();
    },
    ping() {
      pings += 1;
      if (server.answersPings) count += 1;
      return Promise.resolve();
    },
    get heard() {
      return count;
    },
    waiting: 0,
    close: () => end("the connection was closed"),
  };
  return { server, connection };
}

/** One connection to the kubelet's port. */
export interface FakeKubeletConnection {
  readonly target: { readonly host: string; readonly port: number };
  readonly taken: readonly Uint8Array[];
  readonly isOpen: boolean;
  /** False: what is written waits. */
  takes: boolean;
  say(bytes: Uint8Array): void;
  end(): void;
}

export interface FakeDialer extends Dialer {
  readonly dialled: readonly FakeKubeletConnection[];
  refuse: string | null;
}

export function fakeDialer(): FakeDialer {
  const dialled: FakeKubeletConnection[] = [];
  const dialer: FakeDialer = {
    dialled,
    refuse: null,
    dial(target) {
      if (dialer.refuse !== null) return Promise.reject(new Unavailable(dialer.refuse));
      const { kubelet, channel } = fakeChannel(target);
      dialled.push(kubelet);
      return Promise.resolve(channel);
    },
  };
  return dialer;
}

function fakeChannel(
  target: FakeKubeletConnection["target"],
): { readonly kubelet: FakeKubeletConnection; readonly channel: ByteChannel } {
  const said = incoming<Uint8Array | null>();
  const taken: Uint8Array[] = [];
  let [isOpen, takes] = [true, true];
  let wake = (): void => {};
  const kubelet: FakeKubeletConnection = {
    target,
    taken,
    get isOpen() {
      return isOpen;
    },
    get takes() {
      return takes;
    },
    set takes(next) {
      takes = next;
      wake();
    },
    say: (bytes) => said.push(bytes),
    end: () => said.push(null),
  };
  const channel: ByteChannel = {
    read: said.next,
    async write(bytes) {
      while (!takes && isOpen) await new Promise<void>((resolve) => wake = resolve);
      if (!isOpen) throw new Error("the channel was closed");
      taken.push(bytes);
    },
    close() {
      isOpen = false;
      wake();
      said.end(new Error("the channel was closed"));
    },
  };
  return { kubelet, channel };
}
