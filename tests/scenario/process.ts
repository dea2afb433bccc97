/** Lets a test kill the agent as SIGKILL does: between two instructions, with no time for last words. */
import type { Clock } from "../../src/ports/clock.ts";

/** The life of one agent process. */
export interface Life {
  alive: boolean;
}

/** The port as a process sees it: once that is dead it asks nothing any more, and no answer reaches it. */
export function portOf<T extends object>(port: T, life: Life): T {
  return new Proxy(port, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== "function") return value;
      return (...args: readonly unknown[]): unknown => {
        if (!life.alive) return never();
        const answer: unknown = Reflect.apply(value, target, args);
        return answer instanceof Promise ? untilDeath(answer, life) : answer;
      };
    },
  });
}

/** The clock as a process sees it: its timers do not outlive it. */
export function clockOf(clock: Clock, life: Life): Clock {
  return {
    ...clock,
    after: (ms, run) => clock.after(ms, () => life.alive && run()),
    sleep: (ms, signal) => life.alive ? untilDeath(clock.sleep(ms, signal), life) : never(),
  };
}

async function untilDeath(answer: Promise<unknown>, life: Life): Promise<void> {
  try {
    return await answer as void;
  } finally {
    if (!life.alive) await never();
  }
}

function never(): Promise<never> {
  return new Promise(() => {});
}
