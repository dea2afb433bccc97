/** What the agent answers on its unix socket; the command line is its only client. */
import type { RecordedEvent } from "../../core/event.ts";
import type { Instant } from "../../core/instant.ts";
import type { Pod } from "../../core/k8s.ts";
import type { HeldDeletions } from "../../core/kube/held_deletions.ts";
import type { PodLogRequest } from "../../core/log/pod_log_request.ts";
import type { RuntimeCondition } from "../../core/cri/types.ts";
import type { PodReadiness } from "../../core/node/reboot_ready.ts";
import type { TappedMessage } from "../../core/relay/tapped_message.ts";
import type { StoreState } from "../../core/store_state.ts";
import type { Summary } from "../../core/stats/summary_api.ts";
import type { CertificateView } from "../../core/x509/certificate_view.ts";
import type { PullProgress } from "../../ports/images.ts";
import type { SourceProblem } from "../../ports/pod_source.ts";

/** A pull that is under way. */
export interface PullView extends PullProgress {
  readonly image: string;
  readonly startedAt: Instant;
}

/** How the journal of what was observed is. */
export interface JournalState {
  readonly records: number;
  readonly bytes: number;
  /** Records that the API server lacks, and when the oldest of them was observed. */
  readonly waiting: number;
  readonly oldestAt: Instant | null;
  /** How many made way for others since the agent started. */
  readonly folded: number;
  /** Why it cannot be written; "" while it can. */
  readonly problem: string;
}

/** The relay of status over a message broker. */
export interface RelayState {
  readonly mode: "Fallback" | "Always";
  /** Status goes over the broker now. */
  readonly isActive: boolean;
  /** "" while there is no connection. */
  readonly broker: string;
  /** When a bridge has acknowledged something last; null: never since the start. */
  readonly acknowledgedAt: Instant | null;
  /** Why there is no connection; "" for no reason. */
  readonly problem: string;
}

/** GET /v1/status */
export interface StatusView {
  readonly version: string;
  readonly nodeName: string;
  readonly pid: number;
  readonly startedAt: Instant;
  readonly clock: {
    readonly now: Instant;
    /** What the machine's clock shows; another time while the agent goes on from the last one it knew. */
    readonly machine: Instant;
    /** Whether a time source has set the machine's clock. */
    readonly isSynchronised: boolean;
  };
  readonly runtime: {
    readonly endpoint: string;
    readonly reachable: boolean;
    readonly name: string;
    readonly version: string;
    readonly conditions: readonly RuntimeCondition[];
  };
  readonly sources: readonly {
    readonly name: string;
    readonly available: boolean;
    readonly pods: number;
    readonly problems: readonly SourceProblem[];
  }[];
  /** The node's own; none where it belongs to no cluster. */
  readonly certificates: readonly CertificateView[];
  /** What waits for the API server; null for a node without a cluster. */
  readonly journal: JournalState | null;
  /** Which way status goes; null where there is only one. */
  readonly relay: RelayState | null;
  /** Pods by phase, as `skerry pods` counts them. */
  readonly pods: Readonly<Record<string, number>>;
  readonly pulls: readonly PullView[];
  /** Deletions of pods that are not believed; null: there are none. */
  readonly heldDeletions: HeldDeletions | null;
  readonly store: StoreState;
}

/** POST /v1/rotate-key */
export interface KeyRotation {
  /** How many Secrets and tokens were sealed anew. */
  readonly sealed: number;
  /** Where the new key lies. */
  readonly path: string;
}

/** GET /v1/top */
export interface TopView {
  readonly summary: Summary;
  /** What the node has: thousandths of a processor, and bytes. */
  readonly capacity: { readonly milliCpu: number; readonly memoryBytes: number };
}

/** The agent as the control server sees it: functions, not the agent. */
export interface ControlFunctions {
  /** All pods with their status, as the kubelet's /pods gives them. */
  pods(): readonly Pod[];
  /** Events kept so far with a sequence greater than `after`, oldest first. */
  events(after: number): readonly RecordedEvent[];
  /** Resolves when an event with a sequence greater than `after` exists. */
  nextEvent(after: number, signal: AbortSignal): Promise<void>;
  status(): Promise<StatusView>;
  /** Null where status goes one way only. */
  relay(): RelayState | null;
  /** What passes over the broker from now on, until the signal aborts. Throws NotFound where there is no relay. */
  relayMessages(signal: AbortSignal): AsyncIterable<TappedMessage>;
  /** Processor and memory in use now, of the node and its pods. */
  top(): Promise<TopView>;
  /** The log's bytes. Throws NotFound or Invalid with the kubelet's message before the first byte. */
  logs(request: PodLogRequest, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>>;
  /** Imports an image archive that the agent can read; gives the images' names. */
  importImage(path: string): Promise<readonly string[]>;
  /** Believes the deletions that are held; gives the pods that end for it. */
  confirmDeletions(): Promise<readonly string[]>;
  /** Seals Secrets and tokens in the store with a new key. Throws Invalid where it is not the agent's to replace, and Unavailable. */
  rotateKey(): Promise<KeyRotation>;
  /** Which pods would come back after a power cut without a link. Throws Unavailable. */
  rebootReadiness(): Promise<readonly PodReadiness[]>;
}
