/** The security log in its file, as the configuration has it. */
import { rotatingFile } from "../../adapters/log/rotating_file.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Log } from "../../ports/log.ts";
import { createSecurityLog, type SecurityLog } from "../../server/security_log.ts";
import type { Configuration } from "../config/configuration.ts";

/** Of the kubelet's API and of the control socket alike. The file is made with the first record. */
export function openSecurityLog(
  { securityLog: file }: Pick<Configuration, "securityLog">,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
): SecurityLog {
  return createSecurityLog({ clock, write: rotatingFile(file), log: log.named("security-log") });
}
