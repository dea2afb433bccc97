/** The log as the agent and the adapters see it: structured records, one line each. */

/**
 * Named values of a record. Texts, numbers and booleans are printed as such, errors by their message, anything else as
 * JSON. A pod is `pod: "namespace/name"`, an error `err: error`, as the kubelet names them. Never put secrets here.
 */
export type LogFields = Readonly<Record<string, unknown>>;

/**
 * Messages are whole sentences without a full stop and without values in them ("Container stopped"); values are fields.
 * Callers need not check levels. Implementations never throw and never make a record longer than one line.
 */
export interface Log {
  /** Something that should work does not, and a person should look. */
  error(message: string, fields?: LogFields): void;
  /** Odd, or bad but expected to pass by itself. */
  warn(message: string, fields?: LogFields): void;
  /** What an operator wants to read of a healthy agent: a few records for a pod's life. */
  info(message: string, fields?: LogFields): void;
  /** Shown from -v=4 on: decisions, retries, each call that changes something. */
  debug(message: string, fields?: LogFields): void;
  /** Shown from -v=6 on: each event and each reading call. */
  trace(message: string, fields?: LogFields): void;
  /** A log that puts these fields in front of those of each record. */
  with(fields: LogFields): Log;
  /** A log for a part of the program, named in lower case with dashes ("pod-worker"). */
  named(component: string): Log;
}
