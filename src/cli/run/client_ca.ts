/** Follows the client CA file: whose clients may show who they are at the HTTPS API. */
import { createLookout } from "../../agent/lookout.ts";
import { orNull } from "../../adapters/linux/or_null.ts";
import { second } from "../../core/instant.ts";
import type { Clock } from "../../ports/clock.ts";
import { Failed, messageOf } from "../../ports/errors.ts";
import type { Log } from "../../ports/log.ts";
import type { TlsIdentity } from "../../server/kubelet/tls_identity.ts";
import type { AuthSettings } from "../config/configuration.ts";

/** How soon an authority counts that was put into the file, and one no more that was taken out. */
const lookMs = 10 * second;

/** A file that cannot be read leaves those in force that it had, and is told of once. Works until the signal aborts. */
export async function followClientCa(
  { clientCaFile: path }: Pick<AuthSettings, "clientCaFile">,
  { identity, clock, log }: {
    readonly identity: Pick<TlsIdentity, "trust">;
    readonly clock: Clock;
    readonly log: Log;
  },
  signal: AbortSignal,
): Promise<void> {
  if (path === undefined) return;
  const failed = "Client CA file cannot be used";
  const look = async (): Promise<void> => identity.trust(await contentOf(path));
  await createLookout({ look, failed, ms: lookMs, clock, log }).run(signal);
}

async function contentOf(path: string): Promise<string> {
  try {
    const text = await orNull(Deno.readTextFile(path));
    if (text !== null) return text;
  } catch (error) {
    throw new Failed(`${path}: ${messageOf(error)}`);
  }
  throw new Failed(`${path} does not exist`);
}
