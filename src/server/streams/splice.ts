/** Carries bytes between a client and a backend, both ways at once, until they are through or one of them is lost. */
import { second } from "../../core/instant.ts";
import type { Clock } from "../../ports/clock.ts";
import type { ByteStream } from "./byte_stream.ts";

export interface SpliceOptions {
  readonly clock: Clock;
  /** Without a byte in either direction for so long, both are let go of. */
  readonly idleMs: number;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/** How long a client whose backend has said everything may take to end as well. */
const lingerMs = second;

/** Resolves, and never rejects, when both ends are closed. */
export async function splice(
  { client, backend }: { readonly client: ByteStream; readonly backend: ByteStream },
  { clock, idleMs, signal }: SpliceOptions,
): Promise<void> {
  const over = new AbortController();
  const close = (): void => {
    client.close();
    backend.close();
  };
  const idle = idleTimer({ clock, idleMs }, close);
  const copy = async (from: ByteStream, { to }: { readonly to: ByteStream }): Promise<void> => {
    for (let bytes = await from.read(); bytes !== null; bytes = await from.read()) {
      idle.touch();
      await to.write(bytes);
    }
    await to.end();
  };
  signal.addEventListener("abort", close, { once: true });
  if (signal.aborted) close();
  try {
    const up = copy(client, { to: backend }).catch(close);
    await copy(backend, { to: client });
    await Promise.race([up, clock.sleep(lingerMs, over.signal)]);
  } catch {
    // One of them is lost: nobody is left to tell.
  } finally {
    over.abort();
    idle.cancel();
    signal.removeEventListener("abort", close);
    close();
  }
}

/** Each byte would be too often to set a timer anew: it looks how long ago the last one was. */
function idleTimer(
  { clock, idleMs }: Pick<SpliceOptions, "clock" | "idleMs">,
  expire: () => void,
): { touch(): void; cancel(): void } {
  let last = clock.monotonic();
  let timer = clock.after(idleMs, look);
  function look(): void {
    const leftMs = last + idleMs - clock.monotonic();
    if (leftMs <= 0) expire();
    else timer = clock.after(leftMs, look);
  }
  return { touch: () => void (last = clock.monotonic()), cancel: () => timer.cancel() };
}
