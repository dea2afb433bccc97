/** Records the calls made on a fake and makes them slow, failing or impossible, as a test says. */
import { Failed, type PortError, RuntimeAway } from "../../src/ports/errors.ts";
import type { Clock } from "../../src/ports/clock.ts";
import type { Instant } from "../../src/core/instant.ts";

/** A call that changes something: `text` reads like `startContainer web/main#1`. */
export interface FakeCall {
  readonly method: string;
  readonly at: Instant;
  readonly text: string;
}

export interface CallOptions {
  /** Default: every call from now on. */
  readonly times?: number;
}

/** How a test disturbs calls. Method names are those of the ports; the runtime's `status` is `runtimeStatus`, beside the images'. */
export interface Disturbance {
  /** The next calls of the method take this long before anything happens. */
  delay(method: string, options: CallOptions & { readonly ms: number }): void;
  /** The next calls of the method fail and change nothing; a text means `Failed`. */
  fail(method: string, options: CallOptions & { readonly error: string | PortError }): void;
  /** No more delays and failures. */
  calm(): void;
  /** Every call gives RuntimeAway, those under way too; containers live on. */
  goDown(): void;
  comeBack(): void;
}

export interface Calls {
  readonly disturbance: Disturbance;
  /** The calls that changed something, in order, those that failed too. */
  readonly made: readonly FakeCall[];
  readonly isDown: boolean;
  forget(): void;
  /** Carries a call out; without `text` it changes nothing and is not recorded. */
  run<T>(
    call: { readonly method: string; readonly text?: string },
    body: () => T | Promise<T>,
  ): Promise<T>;
  /** For the long part of a call: throws RuntimeAway when the runtime goes down meanwhile. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

interface Rule {
  readonly method: string;
  left: number;
  readonly ms: number;
  readonly error?: PortError;
}

export function createCalls(
  { clock, onDown }: { readonly clock: Clock; readonly onDown: () => void },
): Calls {
  const made: FakeCall[] = [];
  const rules: Rule[] = [];
  let alive = new AbortController();

  const take = (method: string, slow: boolean): Rule | undefined => {
    const rule = rules.find((each) =>
      each.method === method && each.left > 0 && (each.error === undefined) === slow
    );
    if (rule !== undefined) rule.left -= 1;
    return rule;
  };
  const sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
    clock.sleep(ms, signal ? AbortSignal.any([signal, alive.signal]) : alive.signal);

  return {
    made,
    get isDown() {
      return alive.signal.aborted;
    },
    forget: () => void made.splice(0),
    sleep,
    async run({ method, text }, body) {
      if (text !== undefined) made.push({ method, at: clock.now(), text });
      if (alive.signal.aborted) throw gone();
      const slow = take(method, true);
      if (slow !== undefined) await sleep(slow.ms);
      const failing = take(method, false);
      if (failing?.error !== undefined) throw failing.error;
      return await body();
    },
    disturbance: {
      delay: (method, { ms, times = Infinity }) => void rules.push({ method, left: times, ms }),
      fail: (method, { error, times = Infinity }) =>
        void rules.push({
          method,
          left: times,
          ms: 0,
          error: typeof error === "string" ? new Failed(error) : error,
        }),
      calm: () => void rules.splice(0),
      goDown() {
        alive.abort(gone());
        onDown();
      },
      comeBack: () => void (alive = new AbortController()),
    },
  };
}

function gone(): RuntimeAway {
  return new RuntimeAway("connect ENOENT /run/fake-runtime.sock");
}
