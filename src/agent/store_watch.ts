/** Looks after the local store: has it work again when it can, and tells of what is wrong with it. */
import { second } from "../core/instant.ts";
import type { StoreProblem } from "../core/store_state.ts";
import type { Clock } from "../ports/clock.ts";
import type { Log } from "../ports/log.ts";
import type { Store } from "../ports/store.ts";
import { every } from "./every.ts";

export interface StoreWatch {
  /** As it was told of last. */
  problem(): StoreProblem | null;
  run(signal: AbortSignal): Promise<void>;
}

export interface StoreWatchDeps {
  readonly store: Pick<Store, "state" | "recover">;
  readonly clock: Clock;
  readonly log: Log;
  /** There is another problem than before; null: there is none any more. */
  readonly onProblem: (problem: StoreProblem | null) => void;
  /** A damaged store was set aside. */
  readonly onSetAside: (path: string) => void;
}

/** A look at a store that works costs nothing, and writes nothing. */
const lookMs = 10 * second;

export function createStoreWatch(deps: StoreWatchDeps): StoreWatch {
  const { store, clock, log, onProblem, onSetAside } = deps;
  let known: StoreProblem | null = null;
  let aside: string | null = null;

  async function look(): Promise<void> {
    await store.recover();
    const { problem, setAside } = store.state();
    if (setAside !== null && setAside !== aside) onSetAside(setAside);
    aside = setAside;
    if (problem?.reason === known?.reason) return;
    known = problem;
    onProblem(problem);
  }

  return {
    problem: () => known,
    async run(signal) {
      await look();
      await every({ ms: lookMs, work: look, clock, log, what: "look after the store" }, signal);
    },
  };
}
