/**
 * Log records as klog writes them: `I1124 10:11:12.123000   1234 pod-worker] "Container stopped" pod="default/web"`.
 * @see https://kubernetes.io/docs/concepts/cluster-administration/system-logs/#structured-logging
 */
import type { Level, LogRecord } from "./record.ts";
import { asJson, quoted } from "./printed_value.ts";

export interface TextOptions {
  readonly pid: number;
  /** Puts syslog's priority in front (`<3>`), which journald takes off again. @see sd-daemon(3) */
  readonly priorities: boolean;
}

const letters: Readonly<Record<Level, string>> = {
  error: "E",
  warn: "W",
  info: "I",
  debug: "I",
  trace: "I",
};

const priorities: Readonly<Record<Level, number>> = {
  error: 3,
  warn: 4,
  info: 6,
  debug: 7,
  trace: 7,
};

/** One line without its end. */
export function textLine(record: LogRecord, options: TextOptions): string {
  const priority = options.priorities ? `<${priorities[record.level]}>` : "";
  const pid = `${options.pid}`.padStart(7);
  const component = record.component === "" ? "skerry" : record.component;
  const header = `${letters[record.level]}${localTime(record.at)} ${pid} ${component}]`;
  const fields = Object.entries(record.fields).map(([key, value]) => ` ${key}=${printed(value)}`);
  return `${priority}${header} ${quoted(record.message)}${fields.join("")}`;
}

/** `mmdd hh:mm:ss.uuuuuu` in the machine's time zone, as klog does. */
function localTime(at: number): string {
  const time = new Date(at);
  const day = `${two(time.getMonth() + 1)}${two(time.getDate())}`;
  const clock = [time.getHours(), time.getMinutes(), time.getSeconds()].map(two).join(":");
  return `${day} ${clock}.${`${time.getMilliseconds()}`.padStart(3, "0")}000`;
}

function two(value: number): string {
  return `${value}`.padStart(2, "0");
}

/** Objects get their JSON in no further quotes, as klog prints them. */
function printed(value: unknown): string {
  if (value instanceof Error) return quoted(value.message);
  return value === undefined ? "null" : asJson(value);
}
