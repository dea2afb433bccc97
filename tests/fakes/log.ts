/** A log that keeps its records for tests to look at. */
import type { Log, LogFields } from "../../src/ports/log.ts";

/** One record as it was logged. */
export interface LogRecord {
  readonly level: "error" | "warn" | "info" | "debug" | "trace";
  readonly component: string;
  readonly message: string;
  readonly fields: LogFields;
}

/** The log and what was written to it (also through logs derived from it). */
export interface FakeLog extends Log {
  readonly records: readonly LogRecord[];
  /** The messages of one level, in order. */
  messages(level: LogRecord["level"]): readonly string[];
}

/** A fresh, empty log. */
export function fakeLog(): FakeLog {
  const records: LogRecord[] = [];
  return {
    ...logInto(records, { component: "", fields: {} }),
    records,
    messages: (level) => records.filter((r) => r.level === level).map((r) => r.message),
  };
}

function logInto(
  records: LogRecord[],
  base: { readonly component: string; readonly fields: LogFields },
): Log {
  const at = (level: LogRecord["level"]) => (message: string, fields: LogFields = {}): void => {
    records.push({
      level,
      component: base.component,
      message,
      fields: { ...base.fields, ...fields },
    });
  };
  return {
    error: at("error"),
    warn: at("warn"),
    info: at("info"),
    debug: at("debug"),
    trace: at("trace"),
    with: (fields) => logInto(records, { ...base, fields: { ...base.fields, ...fields } }),
    named: (component) => logInto(records, { ...base, component }),
  };
}
