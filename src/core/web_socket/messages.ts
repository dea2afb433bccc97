/** What the frames of a WebSocket's server say, put together. @see RFC 6455, sections 5.4 and 5.5 */
import { concat } from "../bytes.ts";
import { failure, type Result, success } from "../result.ts";
import { createFrameReader, type Frame, opcodes } from "./frames.ts";

export type ServerMessage =
  | { readonly kind: "Binary"; readonly bytes: Uint8Array }
  /** Is to be answered with a pong of the same bytes. */
  | { readonly kind: "Ping"; readonly bytes: Uint8Array }
  | { readonly kind: "Pong" }
  /** Nothing comes after it. `reason` is for people. */
  | { readonly kind: "Close"; readonly reason: string };

export interface MessageReader {
  /** Takes what came, and gives the messages that are complete with it. */
  read(chunk: Uint8Array): Result<readonly ServerMessage[]>;
}

/** Holds no more than one message of `maxBytes`. */
export function createMessageReader({ maxBytes }: { readonly maxBytes: number }): MessageReader {
  const frames = createFrameReader({ maxBytes });
  let parts: Uint8Array[] | null = null;
  let partBytes = 0;

  function data({ opcode, isLast, payload }: Frame): Result<ServerMessage | null> {
    const isFirst = opcode === opcodes.binary;
    if (!isFirst && opcode !== opcodes.continuation) {
      return failure(opcode === opcodes.text ? "the server sent text" : `opcode ${opcode}`);
    }
    if (isFirst === (parts !== null)) return failure("the parts of a message are out of order");
    if (isFirst && isLast) return success({ kind: "Binary", bytes: payload });
    partBytes += payload.length;
    if (partBytes > maxBytes) return failure(`a message is longer than ${maxBytes} bytes`);
    // A copy: a view would keep all that came with it.
    parts = [...(parts ?? []), payload.slice()];
    if (!isLast) return success(null);
    const bytes = concat(parts);
    parts = null;
    partBytes = 0;
    return success({ kind: "Binary", bytes });
  }

  function read(chunk: Uint8Array): Result<readonly ServerMessage[]> {
    const read = frames.read(chunk);
    if (!read.ok) return read;
    const messages: ServerMessage[] = [];
    for (const frame of read.value) {
      const message = controlMessage(frame) ?? data(frame);
      if (!message.ok) return message;
      if (message.value !== null) messages.push(message.value);
    }
    return success(messages);
  }

  return { read };
}

function controlMessage({ opcode, payload }: Frame): Result<ServerMessage> | null {
  switch (opcode) {
    case opcodes.ping:
      return success({ kind: "Ping", bytes: payload });
    case opcodes.pong:
      return success({ kind: "Pong" });
    case opcodes.close:
      return success({ kind: "Close", reason: closeReason(payload) });
    default:
      return null;
  }
}

function closeReason(payload: Uint8Array): string {
  if (payload.length < 2) return "the server closed the connection";
  const code = payload[0]! << 8 | payload[1]!;
  const words = new TextDecoder().decode(payload.subarray(2));
  return `the server closed the connection with code ${code}${words && `: ${words}`}`;
}
