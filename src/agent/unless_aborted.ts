/** Lets go of a call when the agent stops. */

/** Rejects when the signal aborts first: what hangs must not hold the agent's end up. */
export async function unlessAborted<T>(call: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([call, promise]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
