/** A clock that tells how late its timers are: the lag of the event loop, measured without a timer of its own. */
import { second } from "../../core/instant.ts";
import type { ProcessMetrics } from "../../core/metrics/process_metrics.ts";
import type { Clock } from "../../ports/clock.ts";

export function measuredClock(clock: Clock, { timerDelay }: ProcessMetrics): Clock {
  const observe = (dueAt: number): void =>
    timerDelay.observe({}, Math.max(0, clock.monotonic() - dueAt) / second);
  const dueIn = (ms: number): number => clock.monotonic() + Math.max(0, ms);
  return {
    ...clock,
    after(ms, run) {
      const dueAt = dueIn(ms);
      return clock.after(ms, () => {
        observe(dueAt);
        run();
      });
    },
    async sleep(ms, signal) {
      const dueAt = dueIn(ms);
      await clock.sleep(ms, signal);
      observe(dueAt);
    },
  };
}
