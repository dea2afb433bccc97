/** A response body that is made while the reader takes it, and whose making stops when the reader goes away. */
import type { Log } from "../ports/log.ts";

export interface BodySource {
  /** Gives the pieces; its signal aborts when the reader is gone or the server stops: an iterator that waits cannot be told otherwise. */
  open(signal: AbortSignal): AsyncIterable<Uint8Array> | Promise<AsyncIterable<Uint8Array>>;
  /** The server stops, or the client has gone. The body then fails, so that its reader sees that it was cut off. */
  readonly stop: AbortSignal;
  readonly log: Log;
}

/** Asks for a piece only when the connection has room for it. What `open` throws, this throws. */
export async function bodyStream(
  { open, stop, log }: BodySource,
): Promise<ReadableStream<Uint8Array>> {
  const gone = new AbortController();
  const signal = AbortSignal.any([gone.signal, stop]);
  const iterator = (await open(signal))[Symbol.asyncIterator]();

  async function pull(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    try {
      const next = await iterator.next();
      if (signal.aborted) controller.error(cutOff());
      else if (next.done === true) controller.close();
      else controller.enqueue(next.value);
    } catch (err) {
      if (signal.aborted) return controller.error(cutOff());
      log.warn("An answer was cut off", { err });
      controller.error(cutOff());
    }
  }

  async function cancel(reason: unknown): Promise<void> {
    gone.abort(reason);
    await iterator.return?.();
  }

  return new ReadableStream({ pull, cancel }, { highWaterMark: 0 });
}

function cutOff(): Error {
  return new Error("the answer was cut off");
}
