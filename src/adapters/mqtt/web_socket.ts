/** A WebSocket to a broker, as a channel of bytes: Deno's own, which goes through the proxies of the environment. */
import type { BrokerUrl } from "../../core/broker/broker_url.ts";
import type { ByteChannel } from "../../ports/byte_channel.ts";
import type { Credentials } from "./settings.ts";

/** @see https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901285 */
const protocol = "mqtt";

export async function openWebSocket(
  { text }: BrokerUrl,
  { credentials: { ca, cert, key }, signal, maxBytes }: {
    readonly credentials: Credentials;
    readonly signal: AbortSignal;
    readonly maxBytes: number;
  },
): Promise<ByteChannel> {
  const client = Deno.createHttpClient({
    ...(ca !== undefined && { caCerts: [ca] }),
    ...(cert !== undefined && key !== undefined && { cert, key }),
    http2: false,
  });
  const socket = new WebSocket(text, { protocols: [protocol], client });
  socket.binaryType = "arraybuffer";
  const chunks = chunkQueue();
  let unread = 0;
  let problem: Error | undefined;
  const opened = Promise.withResolvers<void>();

  socket.onopen = () => opened.resolve();
  socket.onerror = (event) => {
    const { message } = event as ErrorEvent;
    problem ??= new Error(message || "the WebSocket broke");
  };
  socket.onclose = () => {
    client.close();
    opened.reject(problem ?? new Error("the WebSocket was closed"));
    chunks.end(problem);
  };
  socket.onmessage = ({ data }) => {
    if (!(data instanceof ArrayBuffer)) return fail("the broker sent text instead of bytes");
    unread += data.byteLength;
    if (unread > maxBytes) return fail(`the broker sent more than ${maxBytes} bytes at once`);
    chunks.push(new Uint8Array(data));
  };
  function fail(message: string): void {
    problem ??= new Error(message);
    socket.close();
  }
  const onAbort = (): void => {
    problem ??= signal.reason instanceof Error ? signal.reason : new Error(String(signal.reason));
    socket.close();
  };
  signal.addEventListener("abort", onAbort, { once: true });
  if (signal.aborted) onAbort();
  try {
    await opened.promise;
  } finally {
    signal.removeEventListener("abort", onAbort);
  }

  return {
    async read() {
      const chunk = await chunks.next();
      unread -= chunk?.length ?? 0;
      return chunk;
    },
    write(bytes) {
      socket.send(bytes.slice());
      return Promise.resolve();
    },
    close: () => socket.close(),
  };
}

interface ChunkQueue {
  push(chunk: Uint8Array): void;
  end(problem: Error | undefined): void;
  /** Of one reader at a time; null at the end. */
  next(): Promise<Uint8Array | null>;
}

function chunkQueue(): ChunkQueue {
  const chunks: Uint8Array[] = [];
  let ended: { readonly problem: Error | undefined } | undefined;
  let wake = (): void => {};
  return {
    push(chunk) {
      chunks.push(chunk);
      wake();
    },
    end(problem) {
      ended = { problem };
      wake();
    },
    async next() {
      while (chunks.length === 0 && ended === undefined) {
        await new Promise<void>((resolve) => wake = resolve);
      }
      const chunk = chunks.shift();
      if (chunk === undefined && ended?.problem) throw ended.problem;
      return chunk ?? null;
    },
  };
}
