/** Numbers the relay's sessions: each is greater than all before it, so that nothing of an earlier one can be said once more. */
import { type Instant, second } from "../../core/instant.ts";
import type { FactStore } from "../../ports/fact_store.ts";
import type { Log } from "../../ports/log.ts";

/**
 * One more than the last, and not less than the time in seconds: that goes on where the store was lost. One that cannot be stored is
 * used all the same, for the time will have gone on when the next is needed.
 */
export async function nextSession(
  { facts, log }: { readonly facts: FactStore; readonly log: Log },
  { now, above }: { readonly now: Instant; readonly above: number },
): Promise<number> {
  const session = Math.max(Math.floor(now / second), await lastSession(facts, log), above) + 1;
  try {
    await facts.save("RelaySession", `${session}`);
  } catch (err) {
    log.warn("Could not store the number of the relay's session", { err });
  }
  return session;
}

async function lastSession(facts: FactStore, log: Log): Promise<number> {
  try {
    const last = Number((await facts.load()).get("RelaySession") ?? "0");
    return Number.isSafeInteger(last) ? last : 0;
  } catch (err) {
    log.warn("Could not read the number of the relay's last session", { err });
    return 0;
  }
}
