/** A response body that is made while the reader takes it, and whose making stops when the reader goes away. */

/**
 * Asks for a piece only when the connection has room for it. `open` is given a signal that aborts when the reader is gone
 * or `stop` aborts: an iterator that waits cannot be told otherwise. What `open` throws, this throws.
 */
export async function bodyStream(
  open: (signal: AbortSignal) => AsyncIterable<Uint8Array> | Promise<AsyncIterable<Uint8Array>>,
  stop: AbortSignal,
): Promise<ReadableStream<Uint8Array>> {
  const gone = new AbortController();
  const pieces = await open(AbortSignal.any([gone.signal, stop]));
  const iterator = pieces[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const next = await iterator.next();
      if (next.done === true) controller.close();
      else controller.enqueue(next.value);
    },
    async cancel(reason) {
      gone.abort(reason);
      await iterator.return?.();
    },
  }, { highWaterMark: 0 });
}
