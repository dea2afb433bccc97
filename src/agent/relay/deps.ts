/** What the relay works with. */
import type { RelayMetrics } from "../../core/metrics/relay_metrics.ts";
import type { ObjectState } from "../../core/relay/messages.ts";
import type { Clock } from "../../ports/clock.ts";
import type { FactStore } from "../../ports/fact_store.ts";
import type { Log } from "../../ports/log.ts";
import type { Random } from "../../ports/random.ts";
import type { RelayPorts } from "../../ports/relay.ts";
import type { TimeSync } from "../../ports/time_sync.ts";
import type { JournalKeeper } from "../journal/journal_keeper.ts";
import type { RelayTap } from "./tap.ts";

export interface RelaySettings {
  /** The cluster's name in topics. */
  readonly cluster: string;
  readonly nodeName: string;
  /** `Always`: over the broker as well while the API server answers. */
  readonly mode: "Fallback" | "Always";
  /** How long the API server is out of reach before the broker is taken. */
  readonly afterMs: number;
  /** Of a message. */
  readonly maxMessageBytes: number;
}

export interface RelayDeps {
  readonly ports: RelayPorts;
  readonly settings: RelaySettings;
  readonly keeper: Pick<
    JournalKeeper,
    "waiting" | "isWaiting" | "onRecord" | "acknowledge" | "bootId" | "last"
  >;
  /** The newest statuses of all there is. */
  readonly objects: () => readonly ObjectState[];
  readonly facts: FactStore;
  readonly timeSync: TimeSync;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: RelayMetrics;
  readonly tap: RelayTap;
}
