/** What waits for somebody who looks on: never more than a little, however slow the reader is. */
import type { PassedMessage, TakenMessage } from "../../core/relay/tapped_message.ts";

export interface TapQueue {
  /** Makes room for it by dropping the oldest. */
  put(message: PassedMessage): void;
  /** The oldest; null where there is none. */
  take(): TakenMessage | null;
}

export interface TapQueueLimits {
  readonly maxMessages: number;
  /** Of their payloads; a single message may be larger. */
  readonly maxBytes: number;
}

export function createTapQueue({ maxMessages, maxBytes }: TapQueueLimits): TapQueue {
  const waiting: PassedMessage[] = [];
  let bytes = 0;
  let missed = 0;

  function first(): PassedMessage | undefined {
    const message = waiting.shift();
    bytes -= message?.payload.length ?? 0;
    return message;
  }

  return {
    put(message) {
      waiting.push(message);
      bytes += message.payload.length;
      while (waiting.length > maxMessages || (waiting.length > 1 && bytes > maxBytes)) {
        first();
        missed += 1;
      }
    },
    take() {
      const message = first();
      if (message === undefined) return null;
      const taken = { ...message, missed };
      missed = 0;
      return taken;
    },
  };
}
