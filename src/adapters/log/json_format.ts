/** Log records as JSON with the kubelet's keys. @see https://kubernetes.io/docs/concepts/cluster-administration/system-logs/#json-log-format */
import { type LogRecord, verbosityOf } from "./record.ts";
import { asJson, quoted } from "./printed_value.ts";

/** One line without its end: `ts` in milliseconds, `logger`, `level`, `msg`, `v` (not for errors), then the fields. */
export function jsonLine({ at, level, component, message, fields }: LogRecord): string {
  const head: Readonly<Record<string, unknown>> = {
    ts: at,
    ...(component === "" ? {} : { logger: component }),
    level,
    msg: message,
    ...(level === "error" ? {} : { v: verbosityOf[level] }),
  };
  const own = Object.entries(fields).filter(([key]) => !(key in head));
  const pairs = [...Object.entries(head), ...own];
  return `{${pairs.map(([key, value]) => `${quoted(key)}:${asJson(value)}`).join(",")}}`;
}
