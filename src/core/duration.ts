/** Durations in Go's notation ("1m30s"), as Kubernetes configuration writes them. */
import { failure, type Result, success } from "./result.ts";

const UNIT_MS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  "µs": 1e-3, // U+00B5, micro sign
  "μs": 1e-3, // U+03BC, Greek letter mu
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
};

/** The longest duration that Go can hold (int64 nanoseconds), about 292 years. */
const MAX_MS = 9_223_372_036_854;

const WHOLE = /^[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/;
const PART = /(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)/g;

/**
 * Gives milliseconds, with a fraction where the text has one; negative durations are allowed, as in Go.
 * @see https://pkg.go.dev/time#ParseDuration
 */
export function parseDuration(text: string): Result<number> {
  if (/^[+-]?0$/.test(text)) return success(0);
  if (/^[+-]?(\d+\.?\d*|\.\d+)$/.test(text)) {
    return failure(`the duration "${text}" has no unit, write it as "${text}s" for seconds`);
  }
  if (!WHOLE.test(text)) {
    return failure(`"${text}" is not a duration such as "1m30s" (units: ns, us, ms, s, m, h)`);
  }
  let ms = 0;
  for (const [, amount = "", unit = ""] of text.matchAll(PART)) {
    ms += Number(amount) * (UNIT_MS[unit] ?? NaN);
  }
  if (ms > MAX_MS) return failure(`the duration "${text}" is longer than 292 years`);
  return success(text.startsWith("-") && ms !== 0 ? -ms : ms);
}

/**
 * Writes milliseconds as Go's `Duration.String` does: "1m30s", "250ms", "0s". Finer than a nanosecond is rounded.
 * @see https://pkg.go.dev/time#Duration.String
 */
export function formatDuration(ms: number): string {
  const nanos = Math.round(Math.abs(ms) * 1e6);
  if (nanos === 0) return "0s";
  const sign = ms < 0 ? "-" : "";
  if (nanos < 1e3) return `${sign}${nanos}ns`;
  if (nanos < 1e6) return `${sign}${nanos / 1e3}µs`;
  if (nanos < 1e9) return `${sign}${nanos / 1e6}ms`;
  const hours = Math.floor(nanos / 3.6e12);
  const minutes = Math.floor(nanos / 6e10) % 60;
  const seconds = (nanos % 6e10) / 1e9;
  if (hours > 0) return `${sign}${hours}h${minutes}m${seconds}s`;
  return minutes > 0 ? `${sign}${minutes}m${seconds}s` : `${sign}${seconds}s`;
}
