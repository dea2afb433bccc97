/** The real metrics-server, built with Go from the module in tests/cluster/metrics_server, and run against a lab's cluster. */
import type { Cluster } from "./cluster.ts";
import { type ClusterProcess, clusterProcess } from "./cluster_process.ts";
import { type GoModule, goPrograms, requireGoPrograms } from "./go_module.ts";
import type { Lab } from "./lab.ts";
import type { Argv } from "./run.ts";

const DIR = new URL("../cluster/metrics_server", import.meta.url).pathname;

const MODULE: GoModule = {
  name: "metrics-server",
  dir: DIR,
  sources: [],
  builds: [[
    "build",
    "-ldflags",
    "-s -w",
    "-o",
    "{}/",
    "sigs.k8s.io/metrics-server/cmd/metrics-server",
  ]],
};

/** Where it serves, inside the lab. */
const PORT = 4443;

/** Throws `MissingParts` unless the program is there or there is a Go to build it with. */
export async function requireMetricsServer(): Promise<void> {
  await requireGoPrograms(MODULE);
}

/** Path of the program, built first where the cache does not hold it: four minutes with nothing compiled yet. */
export async function metricsServerProgram(): Promise<string> {
  return `${await goPrograms(MODULE)}/metrics-server`;
}

/**
 * A metrics-server of the cluster that does not run yet: `start` resolves when the API server answers for
 * `metrics.k8s.io`, so that `kubectl top` may be asked. It reads each node every 10 s and needs two readings.
 */
export async function labMetricsServer(lab: Lab, cluster: Cluster): Promise<ClusterProcess> {
  const program = await metricsServerProgram();
  const kubeconfig = await cluster.clientKubeconfig({
    name: "metrics-server",
    commonName: "system:metrics-server",
    organizations: ["system:masters"],
  });
  await cluster.pki.issue([{
    name: "metrics-server-serving",
    commonName: "metrics-server",
    hosts: [SERVICE_HOST, lab.nodeAddress],
    signer: "ca",
  }]);
  await cluster.apply(...registration(lab, cluster));
  return clusterProcess({
    name: "metrics-server",
    argv: lab.inside(argv({ program, kubeconfig, pkiDir: cluster.pki.dir })),
    logPath: `${cluster.dir}/metrics-server.log`,
    isReady: async () => {
      const response = await cluster.fetch("/apis/metrics.k8s.io/v1beta1/nodes");
      await response.body?.cancel();
      return response.ok;
    },
  });
}

function argv({ program, kubeconfig, pkiDir }: {
  readonly program: string;
  readonly kubeconfig: string;
  readonly pkiDir: string;
}): Argv {
  return [
    program,
    `--kubeconfig=${kubeconfig}`,
    `--authentication-kubeconfig=${kubeconfig}`,
    `--authorization-kubeconfig=${kubeconfig}`,
    `--secure-port=${PORT}`,
    `--tls-cert-file=${pkiDir}/metrics-server-serving.crt`,
    `--tls-private-key-file=${pkiDir}/metrics-server-serving.key`,
    "--kubelet-preferred-address-types=InternalIP",
    // The nodes of a lab have made their serving certificates themselves.
    "--kubelet-insecure-tls",
    "--metric-resolution=10s",
    "--kubelet-request-timeout=5s",
  ];
}

const SERVICE = { name: "metrics-server", namespace: "kube-system" };
const SERVICE_HOST = `${SERVICE.name}.${SERVICE.namespace}.svc`;

/** The API server asks it at the endpoints of its service. */
function registration(lab: Lab, cluster: Cluster): readonly unknown[] {
  return [
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: SERVICE,
      spec: { ports: [{ name: "https", port: 443, targetPort: PORT }] },
    },
    {
      apiVersion: "discovery.k8s.io/v1",
      kind: "EndpointSlice",
      metadata: {
        ...SERVICE,
        labels: { "kubernetes.io/service-name": SERVICE.name },
      },
      addressType: "IPv4",
      ports: [{ name: "https", port: PORT }],
      endpoints: [{ addresses: [lab.nodeAddress], conditions: { ready: true } }],
    },
    {
      apiVersion: "apiregistration.k8s.io/v1",
      kind: "APIService",
      metadata: { name: "v1beta1.metrics.k8s.io" },
      spec: {
        service: SERVICE,
        group: "metrics.k8s.io",
        version: "v1beta1",
        caBundle: btoa(cluster.ca),
        groupPriorityMinimum: 100,
        versionPriority: 100,
      },
    },
  ];
}

if (import.meta.main) await metricsServerProgram();
