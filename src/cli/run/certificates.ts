/** The node's certificates as the configuration wants them: the client's, by which it talks to its cluster, and the server's. */
import type { AgentMetrics } from "../../core/metrics/agent_metrics.ts";
import { nodeKubeconfig } from "../../adapters/kube/node_kubeconfig.ts";
import { generateKey } from "../../adapters/x509/generate_key.ts";
import { pairFiles } from "../../adapters/x509/pair_files.ts";
import { rotatingPair } from "../../adapters/x509/rotating_pair.ts";
import { createCertificateFiles } from "../../agent/certificates/certificate_files.ts";
import type { CertificateManager } from "../../agent/certificates/certificate_manager.ts";
import { createClientCertificate } from "../../agent/certificates/client_certificate.ts";
import { every } from "../../agent/every.ts";
import type { NodeSigners } from "../../agent/certificates/node_signers.ts";
import { createRequestedServingCertificate } from "../../agent/certificates/requested_serving_certificate.ts";
import { createSelfSignedCertificate } from "../../agent/certificates/self_signed_certificate.ts";
import { second } from "../../core/instant.ts";
import type { NodeAddress } from "../../core/node/node_object.ts";
import type { CertificateView } from "../../core/x509/certificate_view.ts";
import type { KeyPair } from "../../ports/certificate_store.ts";
import type { KubeApi } from "../../ports/kube_api.ts";
import type { Configuration, ServingSource } from "../config/configuration.ts";
import type { KubePorts } from "./open_kube.ts";
import { openSigners } from "./open_signers.ts";

export interface NodeCertificates extends Disposable {
  views(): readonly CertificateView[];
  /** What the node serves with; null while there is none. */
  serving(): KeyPair | null;
  /** Works until the signal aborts. */
  run(signal: AbortSignal): Promise<void>;
}

export interface CertificateDeps extends KubePorts {
  readonly metrics: Pick<AgentMetrics, "kube" | "certificates">;
  /** Null: a node of no cluster has a serving certificate alone, and nobody to ask for one. */
  readonly kube: KubeApi | null;
  /** Those of the node's status, as of now. */
  readonly addresses: () => readonly NodeAddress[];
  /** See `CertificateManagerOptions`. */
  readonly isLinkRare: (lifeMs: number) => boolean;
  /** Gives each serving certificate to whoever serves with it. */
  readonly use: (pair: KeyPair) => void;
}

/** Reads what an earlier agent left; asks for nothing before it runs. */
export async function openCertificates(
  configuration: Configuration,
  deps: CertificateDeps,
): Promise<NodeCertificates> {
  const { kubeconfig } = configuration;
  const { kube } = deps;
  if (kube === null || kubeconfig === undefined) return withoutCluster(configuration, deps);
  const ports = { ...deps, kube, log: deps.log.named("certificates") };
  const signers = openSigners({ ...configuration, kubeconfig }, ports);
  const client = await clientCertificate({ ...configuration, kubeconfig }, { ports, signers });
  const serving = await servingCertificate(configuration, { ports, signers });
  const managers = client === null ? [serving] : [client, serving];
  return {
    views: () => managers.map((each) => each.view()),
    serving: serving.current,
    async run(signal) {
      const work = () => Promise.resolve(serving.templateChanged());
      const what = "look for other addresses of the node";
      await Promise.all([
        ...managers.map((each) => each.run(signal)),
        every({ ...ports, ms: addressesMs, what, work }, signal),
      ]);
    },
    [Symbol.dispose]: () => signers[Symbol.dispose](),
  };
}

/** How soon a certificate is asked for that vouches for the node's new addresses. */
const addressesMs = 10 * second;

function withoutCluster(configuration: Configuration, deps: CertificateDeps): NodeCertificates {
  const { nodeName, server, certificates: { dir, serving: source } } = configuration;
  if (server === null || source.kind === "Requested") return noCertificates;
  const log = deps.log.named("certificates");
  const serving = ownCertificate({ nodeName, dir, source }, { ...deps, log });
  return {
    ...noCertificates,
    views: () => [serving.view()],
    serving: serving.current,
    run: serving.run,
  };
}

const noCertificates: NodeCertificates = {
  views: () => [],
  serving: () => null,
  run: () => Promise.resolve(),
  [Symbol.dispose]: () => {},
};

interface Ports extends CertificateDeps {
  readonly kube: KubeApi;
}

function clientCertificate(
  { nodeName, kubeconfig: path, bootstrapKubeconfig: bootstrapPath, certificates }:
    & Configuration
    & { readonly kubeconfig: string },
  { ports, signers }: { readonly ports: Ports; readonly signers: NodeSigners },
): Promise<CertificateManager | null> {
  const { dir, rotateClient: rotate } = certificates;
  const store = rotatingPair({ dir, prefix: "kubelet-client", clock: ports.clock });
  const kubeconfig = nodeKubeconfig({ path, bootstrapPath, certificatePath: store.path });
  return createClientCertificate({ ...ports, nodeName, rotate, signers, kubeconfig, store });
}

async function servingCertificate(
  { nodeName, certificates: { dir, serving } }: Configuration,
  { ports, signers }: { readonly ports: Ports; readonly signers: NodeSigners },
): Promise<CertificateManager> {
  if (serving.kind !== "Requested") {
    return ownCertificate({ nodeName, dir, source: serving }, ports);
  }
  const store = rotatingPair({ dir, prefix: "kubelet-server", clock: ports.clock });
  return await createRequestedServingCertificate({ ...ports, signers, store });
}

/** One that no cluster is asked for. */
function ownCertificate(
  { nodeName: hostname, dir, source }: {
    readonly nodeName: string;
    readonly dir: string;
    readonly source: Exclude<ServingSource, { readonly kind: "Requested" }>;
  },
  ports: CertificateDeps,
): CertificateManager {
  if (source.kind === "Files") {
    return createCertificateFiles({ ...ports, store: pairFiles(source) });
  }
  const store = pairFiles({ certificatePath: `${dir}/kubelet.crt`, keyPath: `${dir}/kubelet.key` });
  return createSelfSignedCertificate({ ...ports, hostname, store, newKey: generateKey });
}
