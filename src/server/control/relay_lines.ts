/** Messages of the relay as they pass, one JSON object a line. */
import type { TappedMessage } from "../../core/relay/tapped_message.ts";

/** Ends with them. */
export async function* relayLines(
  messages: AsyncIterable<TappedMessage>,
): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  for await (const message of messages) yield encoder.encode(`${JSON.stringify(message)}\n`);
}
