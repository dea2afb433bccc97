/** What the API server does not take now, though it answers: its records wait, with all later ones of the same subject, and hold up no others. */
import { minute, second } from "../../core/instant.ts";
import type { Clock } from "../../ports/clock.ts";

export interface Postponed {
  /** They are told again after a while, which doubles each time. */
  add(subjects: ReadonlySet<string>): void;
  /** It was told. */
  delete(subject: string): void;
  /** Whether it is not to be told now. */
  has(subject: string): boolean;
  /** When the next one may be told; Infinity where none waits. */
  nextMs(): number;
}

interface Wait {
  readonly until: number;
  readonly ms: number;
}

const shortestMs = 5 * second;
const longestMs = 10 * minute;

export function createPostponed(clock: Pick<Clock, "monotonic">): Postponed {
  const waits = new Map<string, Wait>();
  return {
    add(subjects) {
      for (const subject of subjects) {
        const before = waits.get(subject)?.ms ?? 0;
        const ms = Math.min(longestMs, Math.max(shortestMs, 2 * before));
        waits.set(subject, { until: clock.monotonic() + ms, ms });
      }
    },
    delete: (subject) => void waits.delete(subject),
    has: (subject) => (waits.get(subject)?.until ?? 0) > clock.monotonic(),
    nextMs() {
      const left = [...waits.values()].map(({ until }) => until - clock.monotonic());
      return Math.min(...left.filter((ms) => ms > 0));
    },
  };
}
