/** What the commands share by which a machine joins and leaves a cluster. */
import { createLog } from "../../adapters/log/create_log.ts";
import { createVerbosity } from "../../adapters/log/verbosity.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Log } from "../../ports/log.ts";

/** The agent's unit. */
export const SERVICE = "skerry.service";

/** A person is told of what fails; a log beside that would only repeat it. */
export function silentLog({ clock, pid }: { readonly clock: Clock; readonly pid: number }): Log {
  const verbosity = createVerbosity(0);
  return createLog({ format: "text", verbosity, write: () => {}, clock, pid, journal: false });
}
