/**
 * The client's end of a WebSocket over a channel of bytes. Deno's own cannot send the pings by which the tunnel's servers know that
 * a node lives, and has no way to wait for its reader or for the network.
 * @see RFC 6455
 */
import { clientFrame, opcodes } from "../../core/web_socket/frames.ts";
import { readUpgradeResponse, upgradeRequest } from "../../core/web_socket/handshake.ts";
import { createMessageReader, type ServerMessage } from "../../core/web_socket/messages.ts";
import type { ByteChannel } from "../../ports/byte_channel.ts";
import { Failed, Unavailable } from "../../ports/errors.ts";
import type { WebSocketConnection } from "../../ports/web_sockets.ts";
import { createWriteQueue } from "./write_queue.ts";

export interface WebSocketOptions {
  /** Such as `10.0.0.1:6443`, for the server. */
  readonly host: string;
  readonly path: string;
  /** Of one message. A longer one ends the connection. */
  readonly maxBytes: number;
}

const longestHead = 16_384;

/** Turns the channel into a WebSocket; throws Unavailable where the server does not want that. The channel is the caller's until then. */
export async function upgradeToWebSocket(
  channel: ByteChannel,
  options: WebSocketOptions,
): Promise<WebSocketConnection> {
  const key = crypto.getRandomValues(new Uint8Array(16)).toBase64();
  await channel.write(new TextEncoder().encode(upgradeRequest({ ...options, key })));
  const { head, rest } = await readHead(channel);
  const opened = readUpgradeResponse(head, { key });
  if (!opened.ok) throw new Unavailable(opened.error);
  return connectionOver(channel, { rest, ...options });
}

/** The head of the answer, and what came with it. */
async function readHead(
  channel: ByteChannel,
): Promise<{ readonly head: string; readonly rest: Uint8Array }> {
  let text = "";
  for (;;) {
    const chunk = await channel.read();
    if (chunk === null) throw new Unavailable("the server closed the connection at once");
    // A character a byte: what comes behind the head may be anything.
    for (const byte of chunk) text += String.fromCharCode(byte);
    const end = text.indexOf("\r\n\r\n");
    if (end >= 0) return { head: text.slice(0, end), rest: latin1(text.slice(end + 4)) };
    if (text.length > longestHead) throw new Unavailable("the server's answer has no end");
  }
}

function latin1(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

function connectionOver(
  channel: ByteChannel,
  { rest, maxBytes }: { readonly rest: Uint8Array; readonly maxBytes: number },
): WebSocketConnection {
  const reader = createMessageReader({ maxBytes });
  const queue = createWriteQueue((bytes) => channel.write(bytes));
  const messages: ServerMessage[] = [];
  let unread: Uint8Array | null = rest;
  let heard = 0;

  async function send(
    opcode: number,
    payload: Uint8Array,
    options?: { readonly urgent: boolean },
  ): Promise<void> {
    const mask = crypto.getRandomValues(new Uint8Array(4));
    await queue.write(clientFrame({ opcode, payload, mask }), options);
  }

  async function next(): Promise<ServerMessage> {
    while (messages.length === 0) {
      const chunk = unread ?? await channel.read();
      unread = null;
      if (chunk === null) throw new Unavailable("the server closed the connection");
      const read = reader.read(chunk);
      if (!read.ok) throw new Failed(read.error);
      if (chunk.length > 0) heard += 1;
      messages.push(...read.value);
    }
    return messages.shift()!;
  }

  async function read(): Promise<Uint8Array> {
    for (;;) {
      const message = await next();
      if (message.kind === "Binary") return message.bytes;
      if (message.kind === "Ping") await send(opcodes.pong, message.bytes, { urgent: true });
      if (message.kind === "Close") throw new Unavailable(message.reason);
    }
  }

  return {
    read,
    write: (message, options) => send(opcodes.binary, message, options),
    ping: () => send(opcodes.ping, new Uint8Array(0), { urgent: true }),
    get heard() {
      return heard;
    },
    get waiting() {
      return queue.length;
    },
    // Without a word, as the module's own client.
    close() {
      queue.end("the connection was closed");
      channel.close();
    },
  };
}
