/**
 * The certificate by which the node proves to the API server who it is: which one counts at start, and whom to ask for another.
 * @see https://kubernetes.io/docs/reference/access-authn-authz/kubelet-tls-bootstrapping/
 */
import type { AgentMetrics } from "../../core/metrics/agent_metrics.ts";
import { rfc3339 } from "../../core/instant.ts";
import { clientPurpose, nodeOf, nodeTemplate } from "../../core/kube/certificate_request.ts";
import { isExpired, parseCertificates } from "../../core/x509/certificate.ts";
import type { CertificateView } from "../../core/x509/certificate_view.ts";
import type { KeyPair, RequestStore } from "../../ports/certificate_store.ts";
import type { Clock } from "../../ports/clock.ts";
import { Failed } from "../../ports/errors.ts";
import type { Log } from "../../ports/log.ts";
import type { KubeconfigCredential, NodeKubeconfig } from "../../ports/node_kubeconfig.ts";
import type { Random } from "../../ports/random.ts";
import { type CertificateManager, createCertificateManager } from "./certificate_manager.ts";
import type { HeldCertificate } from "./held_certificate.ts";
import type { NodeSigners } from "./node_signers.ts";
import type { Requester } from "./obtain_certificate.ts";

export interface ClientCertificateOptions {
  readonly nodeName: string;
  /** `rotateCertificates` */
  readonly rotate: boolean;
  readonly signers: NodeSigners;
  readonly kubeconfig: NodeKubeconfig;
  readonly store: RequestStore;
  /** See `CertificateManagerOptions`. */
  readonly isLinkRare: (lifeMs: number) => boolean;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Pick<AgentMetrics, "certificates">;
}

/** Null where the kubeconfig's credential is not the agent's business: a token, a plugin, or a certificate that is no node's. */
export async function createClientCertificate(
  options: ClientCertificateOptions,
): Promise<CertificateManager | null> {
  const { nodeName, rotate, signers, kubeconfig, log, clock } = options;
  const { fallback } = signers;
  const template = nodeTemplate({ nodeName });
  const credential = await kubeconfig.read();
  const usable = usablePair(credential, { now: clock.now() });
  if (usable === null && fallback === null && !isOwn(credential)) return null;
  if (usable !== null && !isNodes(usable)) {
    log.info("The kubeconfig's client certificate is no node's, it is used as it is");
    return null;
  }
  if (usable !== null && fallback === null && !rotate) return null;
  const initial = usable ?? await stored(options);
  const asked = whomToAsk(options);
  const manager = createCertificateManager({
    ...options,
    name: "client",
    purpose: clientPurpose,
    template: () => template,
    requesters: asked.requesters,
    initial,
    async install(pair) {
      // A kubeconfig that holds a good certificate of its own keeps it until there is another.
      if (pair !== usable) await kubeconfig.useOwnCertificate();
    },
  });
  return {
    ...manager,
    view: () =>
      withWayOut(manager.view(), {
        now: clock.now(),
        fallback: asked.hasFallback() ? fallback : null,
        rejoin: rejoinText(signers),
      }),
  };
}

/** The pods need no API server to go on; what a person can do for the node is said as long as it lasts. */
function withWayOut(
  view: CertificateView,
  { now, fallback, rejoin }: {
    readonly now: number;
    readonly fallback: NodeSigners["fallback"];
    readonly rejoin: string;
  },
): CertificateView {
  if (view.expiresAt === null || now <= view.expiresAt) return view;
  const wayOut = fallback === null
    ? `the pods go on; ${rejoin}`
    : `the pods go on, and ${fallback.credential} is to get another`;
  return { ...view, problem: [wayOut, view.problem].filter(Boolean).join(": ") };
}

function rejoinText({ rejoinWith }: NodeSigners): string {
  return `to get another let the node join again (skerry join, with ${rejoinWith}): it stays the same node`;
}

/** The kubelet's rule: a kubeconfig counts before the bootstrap one while no certificate in it has expired. */
function usablePair(
  credential: KubeconfigCredential,
  { now }: { readonly now: number },
): KeyPair | null {
  if (credential.kind !== "Certificate") return null;
  const chain = parseCertificates(credential.pair.certificate);
  return chain.ok && !isExpired(chain.value, now) ? credential.pair : null;
}

function isOwn(credential: KubeconfigCredential): boolean {
  return credential.kind === "Certificate" && credential.isOwn;
}

function isNodes({ certificate }: KeyPair): boolean {
  const chain = parseCertificates(certificate);
  return chain.ok && nodeOf(chain.value[0].commonName) !== null;
}

/** What an earlier agent, or a kubelet, has kept; what cannot be read is done without. */
async function stored(
  { store, log }: Pick<ClientCertificateOptions, "store" | "log">,
): Promise<KeyPair | null> {
  try {
    return await store.load();
  } catch (err) {
    log.warn("The node's certificate cannot be read, another one is asked for", { err });
    return null;
  }
}

/** A certificate that is good goes first; one that has expired by this machine's clock may still be good by the server's. */
function whomToAsk({ nodeName, signers, clock, log }: ClientCertificateOptions) {
  const { own, fallback: way } = signers;
  let told: HeldCertificate | undefined;
  let hasFallback = false;

  async function requesters(current: HeldCertificate | null): Promise<readonly Requester[]> {
    if (current !== null) checkName(current, { nodeName });
    const fallback = way !== null && await way.isThere() ? [way] : [];
    hasFallback = fallback.length > 0;
    if (current === null) {
      if (fallback.length > 0) return fallback;
      throw new Failed(
        "the node has no client certificate and no bootstrap credential: let it join (skerry join)",
      );
    }
    const { notAfter } = current.certificate;
    if (clock.now() <= notAfter) return [own, ...fallback];
    if (told !== current) {
      log.warn("The node's certificate has expired", {
        expired: rfc3339(notAfter),
        asking: `with ${(fallback[0] ?? own).credential}`,
        ...(hasFallback ? {} : { remedy: rejoinText(signers) }),
      });
    }
    told = current;
    return [...fallback, own];
  }

  return { requesters, hasFallback: () => hasFallback };
}

/** A machine that was given another name must not become another node by itself: its pods are those of the one that it was. */
function checkName(
  { certificate: { commonName } }: HeldCertificate,
  { nodeName }: Pick<ClientCertificateOptions, "nodeName">,
): void {
  const former = nodeOf(commonName);
  if (former === null || former === nodeName) return;
  throw new Failed(
    `the node's certificate is for ${former}, and this machine calls itself ${nodeName}: name it ` +
      `with --hostname-override ${former}, or let it leave and join anew (skerry join)`,
  );
}
