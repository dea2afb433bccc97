/**
 * How a container's log files are rotated: which names there are, which go, which are compressed.
 * @see https://kubernetes.io/docs/concepts/cluster-administration/logging/#log-rotation
 */
import type { Instant } from "../instant.ts";

/** `containerLogMaxSize` in bytes, at which a log is rotated, and `containerLogMaxFiles`, at least 2: the live file and the one before it. */
export interface LogRotationPolicy {
  readonly maxBytes: number;
  readonly maxFiles: number;
}

/** What to do before the live file is moved away. */
export interface RotationPlan {
  readonly remove: readonly string[];
  readonly compress: readonly string[];
  /** The name that the live file gets. */
  readonly rotated: string;
}

/** Half-written compressed files end with this. */
export const temporarySuffix = ".tmp";
export const compressedSuffix = ".gz";

/** Plans the rotation of the file `live` in a directory that holds `names`. */
export function planRotation(
  { live, names, now, policy }: {
    readonly live: string;
    readonly names: readonly string[];
    readonly now: Instant;
    readonly policy: LogRotationPolicy;
  },
): RotationPlan {
  const rotated = names.filter((name) => name.startsWith(`${live}.`)).toSorted();
  const leftover = rotated.filter((name) => isLeftover(name, rotated));
  const whole = rotated.filter((name) => !leftover.includes(name));
  // The live file and the one it becomes count too.
  const excess = whole.slice(0, Math.max(0, whole.length - Math.max(0, policy.maxFiles - 2)));
  const kept = whole.slice(excess.length);
  return {
    remove: [...leftover, ...excess],
    compress: kept.filter((name) => !name.endsWith(compressedSuffix)),
    rotated: `${live}.${timestamp(now)}`,
  };
}

/** What a compression that was cut short left: its temporary file, or the original beside the finished one. */
function isLeftover(name: string, all: readonly string[]): boolean {
  return name.endsWith(temporarySuffix) || all.includes(`${name}${compressedSuffix}`);
}

/** `20060102-150405` in UTC, so that names sort by time whatever the time zone does. */
function timestamp(at: Instant): string {
  const [date = "", time = ""] = new Date(at).toISOString().split(/[T.]/);
  return `${date.replaceAll("-", "")}-${time.replaceAll(":", "")}`;
}
