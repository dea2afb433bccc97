/** Whether the agent still looks at its pods now and then: what the health check `syncloop` asks. */
import { minute } from "../core/instant.ts";
import type { Clock } from "../ports/clock.ts";

export interface SyncLoop {
  /** A round begins. */
  entered(): void;
  /** The kubelet's words when the last round began too long ago; undefined while all is well, and before the first. */
  problem(): string | undefined;
}

const shortestMs = 5 * minute;

/** @see pkg/kubelet/kubelet.go, SyncLoopHealthCheck */
export function createSyncLoop(
  { clock, relistMs }: {
    readonly clock: Pick<Clock, "monotonic">;
    readonly relistMs: number;
  },
): SyncLoop {
  const longestMs = Math.max(2 * relistMs, shortestMs);
  let enteredAt: number | undefined;
  return {
    entered: () => void (enteredAt = clock.monotonic()),
    problem() {
      if (enteredAt === undefined || clock.monotonic() - enteredAt <= longestMs) return undefined;
      return "sync Loop took longer than expected";
    },
  };
}
