/** The serving certificate that the cluster signs (`serverTLSBootstrap`). @see https://kubernetes.io/docs/reference/access-authn-authz/kubelet-tls-bootstrapping/#certificate-rotation */
import type { AgentMetrics } from "../../core/metrics/agent_metrics.ts";
import { servingPurpose } from "../../core/kube/certificate_request.ts";
import type { NodeAddress } from "../../core/node/node_object.ts";
import { servingNames } from "../../core/node/serving_names.ts";
import type { KeyPair, RequestStore } from "../../ports/certificate_store.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Log } from "../../ports/log.ts";
import type { Random } from "../../ports/random.ts";
import { type CertificateManager, createCertificateManager } from "./certificate_manager.ts";
import type { NodeSigners } from "./node_signers.ts";

export interface RequestedServingOptions {
  /** Those of the node's status, as of now. */
  readonly addresses: () => readonly NodeAddress[];
  readonly signers: Pick<NodeSigners, "serving" | "servingTemplate">;
  readonly store: RequestStore;
  /** See `CertificateManagerOptions`. */
  readonly isLinkRare: (lifeMs: number) => boolean;
  /** Gives each pair to whoever serves with it. */
  readonly use: (pair: KeyPair) => void;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Pick<AgentMetrics, "certificates">;
}

/** Nothing is asked for until the node has an address, as by the kubelet. */
export async function createRequestedServingCertificate(
  options: RequestedServingOptions,
): Promise<CertificateManager> {
  const { addresses, signers, store, log } = options;
  const initial = await store.load().catch((err: unknown) => {
    log.warn("The serving certificate cannot be read, another one is asked for", { err });
    return null;
  });
  return createCertificateManager({
    ...options,
    name: "serving",
    purpose: servingPurpose,
    template() {
      const names = servingNames(addresses());
      return names.ips.length === 0 ? null : signers.servingTemplate(names);
    },
    requesters: signers.serving,
    rotate: true,
    initial,
    install: (pair) => Promise.resolve(options.use(pair)),
  });
}
