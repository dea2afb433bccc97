/** Says the last thing to a client, and lets go of it. */
import { second } from "../../core/instant.ts";
import type { Clock } from "../../ports/clock.ts";
import type { ByteStream } from "./byte_stream.ts";

/** How long the client may take to take it, and to end as well. */
const lingerMs = 10 * second;

/**
 * Closes the connection when the client has ended too, or has had its time. What it still sends is read and thrown away: with
 * bytes left unread the system would cut the connection off, and the client might lose its answer. Never rejects.
 */
export async function endWith(
  client: ByteStream,
  { last, clock }: { readonly last?: Uint8Array; readonly clock: Clock },
): Promise<void> {
  const timer = clock.after(lingerMs, client.close);
  try {
    if (last !== undefined) await client.write(last);
    await client.end();
    while (await client.read() !== null) { /* What it still has to say is of no use. */ }
  } catch {
    // It has gone, or has had its time.
  } finally {
    timer.cancel();
    client.close();
  }
}
