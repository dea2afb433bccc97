/** Remembers which registries cannot be asked, so that pods whose images are there do not all wait for one that is away. */
import { minute, second } from "../../core/instant.ts";
import { type BackoffPolicy, nextDelay } from "../../core/pod/backoff.ts";
import { isOutOfReach } from "../../core/registry/out_of_reach.ts";
import type { Clock, Timer } from "../../ports/clock.ts";
import { messageOf } from "../../ports/errors.ts";

/** The registry cannot be asked; the message says why. */
export class RegistryOutOfReach extends Error {}

/** Somebody asks a registry. */
export interface RegistryQuestion {
  /** Aborts with the asker's reason, or with RegistryOutOfReach. */
  readonly signal: AbortSignal;
  /** From now on an answer is waited for. */
  began(): void;
  /** The registry sends something. */
  heard(): void;
}

export interface RegistryOutages {
  /**
   * Asks a registry that may be done without. Throws RegistryOutOfReach where it was out of reach a moment ago, where it turns out to be,
   * for this asker or for another one meanwhile, and where it is silent for too long; else what `ask` throws.
   */
  ask<T>(
    about: { readonly registry: string; readonly signal: AbortSignal },
    ask: (question: RegistryQuestion) => Promise<T>,
  ): Promise<T>;
  answered(registry: string): void;
  /** Those that were out of reach when they were asked last. */
  list(): readonly string[];
}

interface Outage {
  readonly delayMs: number;
  /** Of the clock that never goes backwards; the registry is not asked before. */
  readonly until: number;
  readonly problem: string;
}

/** How long nobody asks again. */
const pause: BackoffPolicy = { initialMs: minute, maxMs: 10 * minute };
/** Some answers over a satellite; a registry that is a black hole costs a pod no more. */
const patienceMs = 15 * second;

export function createRegistryOutages(clock: Clock): RegistryOutages {
  const outages = new Map<string, Outage>();
  const askers = new Map<string, Set<AbortController>>();

  function lose(registry: string, problem: string): void {
    const delayMs = nextDelay(outages.get(registry)?.delayMs, pause);
    outages.set(registry, { delayMs, until: clock.monotonic() + delayMs, problem });
    const waiting = askers.get(registry) ?? [];
    askers.delete(registry);
    for (const asker of waiting) asker.abort(new RegistryOutOfReach(problem));
  }

  function join(registry: string): AbortController {
    const asker = new AbortController();
    askers.set(registry, (askers.get(registry) ?? new Set()).add(asker));
    return asker;
  }

  function refuseKnown(registry: string): void {
    const known = outages.get(registry);
    if (known !== undefined && clock.monotonic() < known.until) {
      throw new RegistryOutOfReach(known.problem);
    }
  }

  return {
    async ask({ registry, signal }, ask) {
      refuseKnown(registry);
      const asker = join(registry);
      const silence = createSilence(clock, (problem) => lose(registry, problem));
      const either = AbortSignal.any([signal, asker.signal]);
      try {
        const answer = await ask({ signal: either, ...silence });
        outages.delete(registry);
        return answer;
      } catch (err) {
        either.throwIfAborted();
        const problem = messageOf(err);
        if (!isOutOfReach(problem)) throw err;
        lose(registry, problem);
        throw new RegistryOutOfReach(problem, { cause: err });
      } finally {
        silence.heard();
        askers.get(registry)?.delete(asker);
      }
    },
    answered: (registry) => void outages.delete(registry),
    list: () => [...outages.keys()],
  };
}

/** Waits for the first word of a registry. */
function createSilence(
  clock: Clock,
  onEnd: (problem: string) => void,
): Pick<RegistryQuestion, "began" | "heard"> {
  let timer: Timer | null = null;
  return {
    began() {
      timer = clock.after(patienceMs, () => onEnd(`no answer within ${patienceMs / second} s`));
    },
    heard: () => timer?.cancel(),
  };
}
