/** Makes requests of the API server, one a key at a time and so many side by side, and waits as a whole while it cannot be asked. */
import { minute, second } from "../../core/instant.ts";
import { retryDelayMs } from "../../core/kube/retry_delay.ts";
import type { Clock, Timer } from "../../ports/clock.ts";
import { Unauthorized, Unavailable } from "../../ports/errors.ts";
import type { Log } from "../../ports/log.ts";
import type { Random } from "../../ports/random.ts";

export interface RequestPumpDeps {
  /** What is to be asked for a key. What it throws decides when it is asked again. */
  readonly work: (key: string) => Promise<void>;
  readonly sideBySide: number;
  /** Gives a turn for a request that has waited for the server to come back. */
  readonly pace: () => Promise<void>;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

export interface RequestPump {
  /** The key's work is to be done, once more if it is under way. */
  add(key: string): void;
  forget(key: string): void;
  /** The server answers again: what waits for it goes on. */
  resume(): void;
  /** Whether the last request has found the server away. */
  isAway(): boolean;
  /** Whether there is still something that has waited for the server to come back. */
  hasBacklog(): boolean;
  /** Begins nothing more, and waits for what is under way, but not for long. */
  close(): Promise<void>;
}

/** The longest pause after a request that fails for its own sake. */
const longestRetryMs = 5 * minute;
/** Nodes that wait for one server come back to it spread over this time. */
const resumeSpreadMs = second / 2;
const closeMs = 2 * second;

export function createRequestPump(deps: RequestPumpDeps): RequestPump {
  const { clock, random, log } = deps;
  const waiting = new Set<string>();
  const active = new Map<string, Promise<void>>();
  const retries = new Map<string, { readonly failures: number; readonly timer: Timer }>();
  let pause: Timer | null = null;
  let outages = 0;
  let hasBacklog = false;
  let isClosed = false;

  function add(key: string): void {
    waiting.add(key);
    pump();
  }

  function pump(): void {
    while (!isClosed && pause === null && active.size < sideBySide()) {
      const key = waiting.values().find((each) => !active.has(each));
      if (key === undefined) return;
      waiting.delete(key);
      active.set(
        key,
        attempt(key).finally(() => {
          active.delete(key);
          pump();
        }),
      );
    }
  }

  /** Whether a server that was away is back one request shows as well as many. */
  function sideBySide(): number {
    return outages > 0 ? 1 : deps.sideBySide;
  }

  async function attempt(key: string): Promise<void> {
    try {
      if (hasBacklog) await deps.pace();
      await deps.work(key);
      outages = 0;
      if (waiting.size === 0) hasBacklog = false;
      dropRetry(key);
    } catch (err) {
      if (isClosed) return;
      if (err instanceof Unavailable || err instanceof Unauthorized) waitForServer(key, err);
      else retryLater(key, err);
    }
  }

  function waitForServer(key: string, err: Unavailable | Unauthorized): void {
    waiting.add(key);
    outages += 1;
    hasBacklog = true;
    const level = outages === 1 ? "warn" : "debug";
    log[level]("API server cannot be asked now, trying again", { uid: key, err, tries: outages });
    const retryAfterMs = err instanceof Unavailable ? err.retryAfterMs : undefined;
    pauseFor(retryDelayMs({ failures: outages, fraction: random.fraction(), retryAfterMs }));
  }

  function pauseFor(ms: number): void {
    pause?.cancel();
    pause = clock.after(ms, () => {
      pause = null;
      pump();
    });
  }

  function retryLater(key: string, err: unknown): void {
    const failures = (retries.get(key)?.failures ?? 0) + 1;
    const level = failures === 1 ? "warn" : "debug";
    log[level]("API server refuses, trying again later", { uid: key, err, tries: failures });
    dropRetry(key);
    const timer = clock.after(keyDelayMs(failures) * (1 + random.fraction()), () => add(key));
    retries.set(key, { failures, timer });
  }

  function dropRetry(key: string): void {
    retries.get(key)?.timer.cancel();
    retries.delete(key);
  }

  function forget(key: string): void {
    waiting.delete(key);
    dropRetry(key);
  }

  async function close(): Promise<void> {
    isClosed = true;
    pause?.cancel();
    for (const key of [...retries.keys()]) dropRetry(key);
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const timer = clock.after(closeMs, resolve);
    await Promise.race([Promise.all(active.values()), late]);
    timer.cancel();
  }

  return {
    add,
    forget,
    isAway: () => outages > 0,
    hasBacklog: () => hasBacklog,
    resume: () => pause !== null && pauseFor(random.fraction() * resumeSpreadMs),
    close,
  };
}

/** 1 s doubling to 5 min, by the number of failures in a row. */
function keyDelayMs(failures: number): number {
  return Math.min(second * 2 ** Math.min(failures - 1, 20), longestRetryMs);
}
