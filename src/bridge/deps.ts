/** What the parts of a bridge work with. */
import type { BridgeMetrics } from "../core/metrics/bridge_metrics.ts";
import type { RelaySigner } from "../core/relay/signature.ts";
import type { Authorities } from "../core/x509/client_chain.ts";
import type { Clock } from "../ports/clock.ts";
import type { KubeApi } from "../ports/kube_api.ts";
import type { Log } from "../ports/log.ts";
import type { Random } from "../ports/random.ts";

/** A message that was not believed. */
export interface DroppedMessage {
  readonly node: string;
  readonly topic: string;
  readonly problem: string;
}

export interface BridgeDeps {
  readonly kube: KubeApi;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: BridgeMetrics;
  /** As the configuration of the nodes' relay calls it. */
  readonly cluster: string;
  /** Of this bridge among others. */
  readonly name: string;
  readonly signer: RelaySigner;
  /** Those that vouch for the nodes' certificates; asked with each presence. */
  readonly authorities: () => Authorities;
  /** For the security log. */
  readonly dropped: (message: DroppedMessage) => void;
}
