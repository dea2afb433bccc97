/** Asks a k3s server that is not trusted yet for its authority. Nothing secret is sent, and nothing is believed of it. */
import type { Instant } from "../../core/instant.ts";
import { errorOf } from "../kube/status_errors.ts";
import { unverifiedGet } from "../kube/unverified_get.ts";

export interface UnverifiedCa {
  /** As it was served: its hash is that of the very text. */
  readonly pem: string;
  /** What the server's clock showed; null where it does not say. */
  readonly serverTime: Instant | null;
}

/** Throws the errors of `Supervisor`, and the signal's reason. */
export async function unverifiedCa(server: string, signal: AbortSignal): Promise<UnverifiedCa> {
  const { status, body, date } = await unverifiedGet(`${server}/cacerts`, signal);
  if (status !== 200) throw errorOf({ code: status, body });
  return { pem: body, serverTime: date };
}
