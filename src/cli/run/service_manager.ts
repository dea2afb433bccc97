/** What systemd asks of a service of Type=notify. @see sd_notify(3), sd_watchdog_enabled(3) */
import { sendDatagram } from "../../adapters/linux/datagram.ts";
import { messageOf } from "../../ports/errors.ts";
import type { Log } from "../../ports/log.ts";

export interface ServiceManager {
  /** How often it wants to hear WATCHDOG=1; undefined where it does not. */
  readonly watchdogMs: number | undefined;
  /** Does nothing where no manager listens; one that does not hear is logged. */
  notify(state: "READY=1" | "WATCHDOG=1" | "STOPPING=1"): void;
}

export function serviceManager(
  { env, pid, log }: {
    readonly env: Readonly<Record<string, string | undefined>>;
    readonly pid: number;
    readonly log: Log;
  },
): ServiceManager {
  const socket = env["NOTIFY_SOCKET"];
  const watched = Number(env["WATCHDOG_USEC"] ?? 0) / 1_000;
  const isOurs = (env["WATCHDOG_PID"] ?? `${pid}`) === `${pid}`;
  return {
    watchdogMs: socket !== undefined && isOurs && watched > 0 ? watched : undefined,
    notify(state) {
      if (socket === undefined) return;
      try {
        sendDatagram(socket, state);
      } catch (err) {
        log.warn("Service manager does not hear", { state, err: messageOf(err) });
      }
    },
  };
}
