/** Takes the message broker for the node's status while the API server is out of reach. */
import { minute, second } from "../../core/instant.ts";
import { createBell } from "../../ports/bell.ts";
import { messageOf, PortError } from "../../ports/errors.ts";
import { waited } from "../../ports/waited.ts";
import type { RelayDeps } from "./deps.ts";
import type { Reach } from "./reach.ts";
import { relaySession, type SessionView } from "./relay_session.ts";
import type { RelayTap } from "./tap.ts";

/** Which way the node's status goes. */
export interface RelayView extends SessionView {
  readonly mode: "Fallback" | "Always";
  readonly isActive: boolean;
}

export interface Relay {
  /** Works until the signal aborts. */
  run(signal: AbortSignal): Promise<void>;
  view(): RelayView;
  /** What passes over the broker, for those who look on. */
  readonly messages: RelayTap["messages"];
}

const idle: SessionView = { broker: "", problem: "", acknowledgedAt: null };
const retryMs = 10 * second;
const lookMs = minute;

export function createRelay(deps: RelayDeps, { reach }: { readonly reach: Reach }): Relay {
  const { settings, clock, metrics, tap, log } = deps;
  const { mode, afterMs } = settings;
  const bell = createBell(clock);
  let session: SessionView = idle;
  let isActive = false;
  let problem = "";
  let above = 0;

  /** How long until the broker is to be taken; 0 for now, Infinity while the API server answers. */
  function untilWanted(): number {
    if (mode === "Always") return 0;
    const since = reach.awaySince();
    return since === null ? Infinity : Math.max(0, since + afterMs - clock.monotonic());
  }

  function setActive(to: boolean): void {
    isActive = to;
    metrics.active.set({}, to ? 1 : 0);
  }

  /** One session; it ends when the API server answers, or with the signal. */
  async function relay(signal: AbortSignal): Promise<void> {
    const ending = new AbortController();
    const end = (): void => ending.abort();
    using _notice = reach.onChange(() => untilWanted() > 0 && end());
    signal.addEventListener("abort", end, { once: true });
    log.info("The API server is out of reach: status goes over the message broker");
    setActive(true);
    try {
      const show = (view: SessionView): void => void (session = view);
      above = await relaySession(deps, { above, show }, ending.signal);
      problem = "";
    } catch (err) {
      if (!(err instanceof PortError)) throw err;
      if (problem !== messageOf(err)) log.warn("Status cannot go over the broker", { err });
      problem = messageOf(err);
      await waited(clock, retryMs, ending.signal);
    } finally {
      signal.removeEventListener("abort", end);
      setActive(false);
      session = { ...idle, acknowledgedAt: session.acknowledgedAt };
    }
  }

  return {
    async run(signal) {
      using _notice = reach.onChange(bell.ring);
      while (!signal.aborted) {
        const wait = untilWanted();
        if (wait === 0) await relay(signal);
        else await bell.wait(Math.min(wait, lookMs), signal);
      }
    },
    view: () => ({ ...session, mode, isActive, problem: problem || session.problem }),
    messages: tap.messages,
  };
}
