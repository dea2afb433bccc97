/** The program's own log: levels, formats, and a sink that may fail. */
import type { Clock } from "../../ports/clock.ts";
import type { Log, LogFields } from "../../ports/log.ts";
import type { Verbosity } from "../../ports/verbosity.ts";
import { jsonLine } from "./json_format.ts";
import { type Level, type LogRecord, verbosityOf } from "./record.ts";
import { textLine } from "./text_format.ts";

export interface LogOptions {
  /** `--logging-format` */
  readonly format: "text" | "json";
  readonly verbosity: Verbosity;
  /** Takes one line with its end at a time. When it throws, the line is lost, counted, and told of later. */
  readonly write: (line: string) => void;
  readonly clock: Pick<Clock, "now">;
  readonly pid: number;
  /** The lines go to systemd's journal, which understands priorities. */
  readonly journal: boolean;
}

interface Base {
  readonly component: string;
  readonly fields: LogFields;
}

/** Nothing that is logged ever throws or is kept. */
export function createLog(options: LogOptions): Log {
  const { clock, verbosity } = options;
  const sink = createSink(options);

  function logAs({ component, fields }: Base): Log {
    const at = (level: Level): (message: string, more?: LogFields) => void => (message, more) => {
      if (verbosityOf[level] > verbosity.level()) return;
      sink({ at: clock.now(), level, component, message, fields: { ...fields, ...more } });
    };
    return {
      error: at("error"),
      warn: at("warn"),
      info: at("info"),
      debug: at("debug"),
      trace: at("trace"),
      with: (more) => logAs({ component, fields: { ...fields, ...more } }),
      named: (part) => logAs({ component: part, fields }),
    };
  }

  return logAs({ component: "", fields: {} });
}

/** Writes records, and after a failure first how many were lost. */
function createSink(
  { format, write, pid, journal }: LogOptions,
): (record: LogRecord) => void {
  const textOptions = { pid, priorities: journal };
  const print = (record: LogRecord): void =>
    write(`${format === "json" ? jsonLine(record) : textLine(record, textOptions)}\n`);
  let lost = 0;
  return (record) => {
    try {
      if (lost > 0) {
        const message = "Log records could not be written and are lost";
        print({ at: record.at, level: "warn", component: "log", message, fields: { lost } });
        lost = 0;
      }
      print(record);
    } catch {
      // There is nobody left to tell; the next record that gets through says how many did not.
      lost += 1;
    }
  };
}
