/** What the agent tells the service manager in the course of its life. @see sd_notify(3) */
import { every } from "../../agent/every.ts";
import type { Clock } from "../../ports/clock.ts";
import { aborted } from "../../ports/aborted.ts";
import type { Log } from "../../ports/log.ts";
import type { ServiceManager } from "./service_manager.ts";

/**
 * Tells that the agent is ready, alive, and going. The manager counts from READY=1 to the first sign of life and from each sign to
 * the next: each comes when half of that time is over. Resolves when the signal has aborted and that was told.
 */
export async function reportToManager(
  { manager, ready, clock, log }: {
    readonly manager: ServiceManager;
    readonly ready: Promise<void>;
    readonly clock: Clock;
    readonly log: Log;
  },
  signal: AbortSignal,
): Promise<void> {
  const stopped = aborted(signal);
  await Promise.race([ready, stopped]);
  if (!signal.aborted) manager.notify("READY=1");
  const ms = manager.watchdogMs;
  if (ms !== undefined) {
    const work = () => Promise.resolve(manager.notify("WATCHDOG=1"));
    await every({ ms: ms / 2, work, clock, log, what: "feed the watchdog" }, signal);
  }
  await stopped;
  manager.notify("STOPPING=1");
}
