/** Reads the values of options; what is wrong with one is said by the command line's parser, which names the option. */
import { InvalidArgumentError } from "commander";
import { parseDuration } from "../core/duration.ts";
import type { Instant } from "../core/instant.ts";

/** A whole number from `least` on. */
export function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^-?\d+$/.test(text) && Number.isSafeInteger(value) && value >= least) return value;
    throw new InvalidArgumentError(`It must be a whole number, at least ${least}.`);
  };
}

/** A duration longer than nothing, in milliseconds. */
export function positiveDuration(text: string): number {
  const duration = parseDuration(text);
  if (!duration.ok) throw new InvalidArgumentError(`${duration.error}.`);
  if (duration.value <= 0) throw new InvalidArgumentError("It must be longer than 0.");
  return duration.value;
}

/** A duration that may be nothing, in milliseconds. */
export function durationOrZero(text: string): number {
  const duration = parseDuration(text);
  if (!duration.ok) throw new InvalidArgumentError(`${duration.error}.`);
  if (duration.value < 0) throw new InvalidArgumentError("It must be 0s or longer.");
  return duration.value;
}

/** With commas between; given again, the list grows. */
export function listed(text: string, former?: readonly string[]): readonly string[] {
  return [...(former ?? []), ...text.split(",")];
}

const rfc3339Time = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/i;

/** A point in time in RFC 3339. */
export function timeValue(text: string): Instant {
  const at = Date.parse(text);
  if (rfc3339Time.test(text) && !Number.isNaN(at)) return at;
  throw new InvalidArgumentError("It must be a time such as 2026-01-31T12:00:00Z.");
}
