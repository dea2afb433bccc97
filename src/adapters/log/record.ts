/** One record on its way to the log. */
import type { Instant } from "../../core/instant.ts";
import type { LogFields } from "../../ports/log.ts";

export type Level = "error" | "warn" | "info" | "debug" | "trace";

export interface LogRecord {
  readonly at: Instant;
  readonly level: Level;
  /** The part of the program; "" for the program itself. */
  readonly component: string;
  readonly message: string;
  readonly fields: LogFields;
}

/** klog's verbosity from which on a level is shown. */
export const verbosityOf: Readonly<Record<Level, number>> = {
  error: 0,
  warn: 0,
  info: 0,
  debug: 4,
  trace: 6,
};
