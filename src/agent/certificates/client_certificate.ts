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
import type { KubeApi } from "../../ports/kube_api.ts";
import type { Log } from "../../ports/log.ts";
import type { KubeconfigCredential, NodeKubeconfig } from "../../ports/node_kubeconfig.ts";
import type { Random } from "../../ports/random.ts";
import { type CertificateManager, createCertificateManager } from "./certificate_manager.ts";
import type { HeldCertificate } from "./held_certificate.ts";
import type { Requester } from "./obtain_certificate.ts";

export interface ClientCertificateOptions {
  readonly nodeName: string;
  /** `rotateCertificates` */
  readonly rotate: boolean;
  /** The API server with the kubeconfig's credential. */
  readonly kube: KubeApi;
  /** The API server with the bootstrap kubeconfig's credential; null: none is configured. */
  readonly bootstrap: KubeApi | null;
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
  const { nodeName, rotate, bootstrap, kubeconfig, log, clock } = options;
  const template = nodeTemplate({ nodeName });
  const credential = await kubeconfig.read();
  const usable = usablePair(credential, { now: clock.now() });
  if (usable === null && bootstrap === null && !isOwn(credential)) return null;
  if (usable !== null && !isNodes(usable)) {
    log.info("The kubeconfig's client certificate is no node's, it is used as it is");
    return null;
  }
  if (usable !== null && bootstrap === null && !rotate) return null;
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
    view: () => withWayOut(manager.view(), { now: clock.now(), hasFallback: asked.hasFallback() }),
  };
}

/** The pods need no API server to go on; what a person can do for the node is said as long as it lasts. */
function withWayOut(
  view: CertificateView,
  { now, hasFallback }: { readonly now: number; readonly hasFallback: boolean },
): CertificateView {
  if (view.expiresAt === null || now <= view.expiresAt) return view;
  const wayOut = hasFallback
    ? "the pods go on, and the bootstrap credential is to get another"
    : `the pods go on; ${rejoin}`;
  return { ...view, problem: [wayOut, view.problem].filter(Boolean).join(": ") };
}

const rejoin = "to get another let the node join again (skerry join, with a new token: kubeadm " +
  "token create --print-join-command): it stays the same node";

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
function whomToAsk(
  { nodeName, kube, bootstrap, kubeconfig, clock, log }: ClientCertificateOptions,
) {
  let told: HeldCertificate | undefined;
  let hasFallback = false;
  const own: Requester = {
    credential: "the node's certificate",
    api: kube,
    remedy: "let the node join again (skerry join)",
  };
  const remedy =
    "a token may have expired (kubeadm token create --print-join-command); its group " +
    "needs the cluster role system:node-bootstrapper";

  async function requesters(current: HeldCertificate | null): Promise<readonly Requester[]> {
    if (current !== null) checkName(current, { nodeName });
    const fallback = bootstrap !== null && await kubeconfig.hasBootstrap()
      ? [{ credential: "the bootstrap credential", api: bootstrap, remedy }]
      : [];
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
        ...(hasFallback ? {} : { remedy: rejoin }),
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
