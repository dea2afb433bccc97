/** What a check of the configuration's values looks like, and the checks of a single value. */
import { parseDuration } from "../../core/duration.ts";
import { nameValue } from "../../core/pod/schema_problem.ts";
import { ipAddress } from "../../core/pod/validate/names.ts";
import type { YamlPath } from "../../core/yaml_types.ts";

/** Something that cannot be as it is. */
export interface Finding {
  readonly path: YamlPath;
  /** The other field of a pair that contradicts itself, for where the first one is not set but a default. */
  readonly or?: YamlPath;
  /** "expected …, found …", after the path. */
  readonly message: string;
}

/** Looks at a whole configuration. Pure. */
export type Rule<Settings> = (settings: Settings) => readonly Finding[];

/** Looks at one value: undefined when it is fine, else what was expected. */
export type Check<T> = (value: T) => string | undefined;

/** Applies a check to a field where it is set. */
export function field<Settings, K extends keyof Settings & string>(
  name: K,
  check: Check<NonNullable<Settings[K]>>,
): Rule<Settings> {
  return (settings) => {
    const value = settings[name];
    if (value === undefined || value === null) return [];
    return findingsOf({ path: [name], value, check });
  };
}

/** Applies a check to each item of a list. */
export function items<T>(
  { path, list, check }: {
    readonly path: YamlPath;
    readonly list: readonly T[] | undefined;
    readonly check: Check<T>;
  },
): readonly Finding[] {
  return (list ?? []).flatMap((value, index) =>
    findingsOf({ path: [...path, index], value, check })
  );
}

/** The finding of a check that failed. */
export function findingsOf<T>(
  { path, value, check }: {
    readonly path: YamlPath;
    readonly value: T | undefined;
    readonly check: Check<T>;
  },
): readonly Finding[] {
  const expected = value === undefined ? undefined : check(value);
  if (expected === undefined) return [];
  return [{ path, message: `expected ${expected}, found ${nameValue(value)}` }];
}

/** A number within bounds, both included. */
export function within(
  { min, max = Infinity }: { readonly min: number; readonly max?: number },
): Check<number> {
  const expected = max === Infinity
    ? `a number of ${min} or more`
    : `a number from ${min} to ${max}`;
  return (value) => value >= min && value <= max ? undefined : expected;
}

/** A duration that passes; `expected` says which do. */
export function lasting(expected: string, passes: (ms: number) => boolean): Check<string> {
  return (value) => passes(milliseconds(value)) ? undefined : expected;
}

/** One of these texts. */
export function oneOf(...values: readonly string[]): Check<string> {
  const names = values.filter((value) => value !== "").map((value) => JSON.stringify(value));
  const last = names.at(-1) ?? "";
  const expected = names.length > 1 ? `${names.slice(0, -1).join(", ")} or ${last}` : last;
  return (value) => values.includes(value) ? undefined : expected;
}

/** An IPv4 or IPv6 address. */
export function ip(value: string): string | undefined {
  return ipAddress(value).length === 0 ? undefined : "an IP address";
}

/** Deno keeps programs without every permission out of the kernel's folders; to `/dev/null` they may come. */
export function outsideKernel(value: string): string | undefined {
  return /^\/(?:proc|sys|dev)(?:\/|$)/.test(value) && value !== "/dev/null"
    ? "a path outside /proc, /sys and /dev"
    : undefined;
}

/** A duration whose form the schema has checked. */
export function milliseconds(duration: string): number {
  const parsed = parseDuration(duration);
  return parsed.ok ? parsed.value : NaN;
}
