/** Remembers how long the API server was out of reach, also through reboots: where that is long, certificates are replaced early. */
import {
  afterAnswer,
  afterLoss,
  isLinkRare,
  noOutages,
  type OutageHistory,
  outageText,
  parseOutages,
} from "../../core/kube/outage_history.ts";
import { minute } from "../../core/instant.ts";
import type { Clock, Timer } from "../../ports/clock.ts";
import type { FactStore } from "../../ports/fact_store.ts";
import type { Log } from "../../ports/log.ts";

export interface OutageRecorder extends Disposable {
  /** The API server does not answer any more. */
  lost(): void;
  /** It answers, for the first time or again. */
  answered(): void;
  /** Whether a certificate of this life, in milliseconds, is to be replaced earlier than elsewhere. */
  isLinkRare(lifeMs: number): boolean;
}

export interface OutageRecorderDeps {
  readonly facts: FactStore;
  readonly clock: Clock;
  readonly log: Log;
}

/** An outage that goes on for so long is stored before it ends: a reboot then does not make two short ones of it. */
const storedAfterMs = 60 * minute;

/** Writes only of outages that are long, at most twice for each. */
export async function openOutageRecorder(
  { facts, clock, log }: OutageRecorderDeps,
): Promise<OutageRecorder> {
  let history = await load();
  let stored = outageText(history);
  let timer: Timer | null = null;

  async function load(): Promise<OutageHistory> {
    try {
      return parseOutages((await facts.load()).get("Outages") ?? "");
    } catch (err) {
      log.debug("Could not read which outages there were", { err });
      return noOutages;
    }
  }

  function save(): void {
    const text = outageText(history);
    if (text === stored) return;
    stored = text;
    facts.save("Outages", text).catch((err: unknown) =>
      log.debug("Could not store which outages there were", { err })
    );
  }

  return {
    lost() {
      if (history.awaySince !== null) return;
      history = afterLoss(history, clock.now());
      timer = clock.after(storedAfterMs, save);
    },
    answered() {
      timer?.cancel();
      history = afterAnswer(history, clock.now());
      save();
    },
    isLinkRare: (lifeMs) => isLinkRare(history, { lifeMs, now: clock.now() }),
    [Symbol.dispose]: () => timer?.cancel(),
  };
}
