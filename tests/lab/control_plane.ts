/** The command lines of a lab's control plane, as functions of where the cluster lives. */
import type { ClusterPrograms } from "./cluster_programs.ts";
import type { Argv } from "./run.ts";

/** Services' addresses; the API server's own is the first. */
const SERVICE_SUBNET = "10.96.0.0/16";
export const API_SERVER_PORT = 6443;
const ETCD_URL = "http://127.0.0.1:2379";

/** Where a cluster's programs find what they need. */
export interface ControlPlaneSettings {
  readonly programs: ClusterPrograms;
  /** Of the machine that it runs on. */
  readonly nodeAddress: string;
  readonly dataDir: string;
  /** Folder of the certificates that {@linkcode file://./cluster.ts} makes. */
  readonly pkiDir: string;
  /** Folder of `controller-manager.conf` and `scheduler.conf`. */
  readonly dir: string;
}

export function etcdArgv({ programs, dataDir }: ControlPlaneSettings): Argv {
  return [
    programs("etcd"),
    `--data-dir=${dataDir}`,
    `--listen-client-urls=${ETCD_URL}`,
    `--advertise-client-urls=${ETCD_URL}`,
    "--listen-peer-urls=http://127.0.0.1:2380",
    "--unsafe-no-fsync",
    "--log-level=warn",
  ];
}

/** @see https://kubernetes.io/docs/reference/command-line-tools-reference/kube-apiserver/ */
export function apiServerArgv(settings: ControlPlaneSettings): Argv {
  const { programs, nodeAddress, pkiDir } = settings;
  return [
    programs("kube-apiserver"),
    `--etcd-servers=${ETCD_URL}`,
    `--secure-port=${API_SERVER_PORT}`,
    `--advertise-address=${nodeAddress}`,
    `--service-cluster-ip-range=${SERVICE_SUBNET}`,
    `--tls-cert-file=${pkiDir}/api-server.crt`,
    `--tls-private-key-file=${pkiDir}/api-server.key`,
    `--client-ca-file=${pkiDir}/ca.crt`,
    "--authorization-mode=Node,RBAC",
    "--enable-admission-plugins=NodeRestriction",
    "--enable-bootstrap-token-auth",
    "--allow-privileged",
    `--kubelet-client-certificate=${pkiDir}/api-server-to-node.crt`,
    `--kubelet-client-key=${pkiDir}/api-server-to-node.key`,
    "--kubelet-preferred-address-types=InternalIP",
    "--service-account-issuer=https://kubernetes.default.svc",
    `--service-account-key-file=${pkiDir}/service-accounts.crt`,
    `--service-account-signing-key-file=${pkiDir}/service-accounts.key`,
    ...aggregatorFlags(pkiDir),
  ];
}

/** So that other API servers, such as metrics-server, may answer for it; it finds them without a kube-proxy. */
function aggregatorFlags(pkiDir: string): readonly string[] {
  return [
    "--enable-aggregator-routing",
    `--proxy-client-cert-file=${pkiDir}/front-proxy.crt`,
    `--proxy-client-key-file=${pkiDir}/front-proxy.key`,
    `--requestheader-client-ca-file=${pkiDir}/ca.crt`,
    "--requestheader-allowed-names=front-proxy-client",
    "--requestheader-username-headers=X-Remote-User",
    "--requestheader-group-headers=X-Remote-Group",
    "--requestheader-extra-headers-prefix=X-Remote-Extra-",
  ];
}

/** @see https://kubernetes.io/docs/reference/command-line-tools-reference/kube-controller-manager/ */
export function controllerManagerArgv({ programs, pkiDir, dir }: ControlPlaneSettings): Argv {
  return [
    programs("kube-controller-manager"),
    `--kubeconfig=${dir}/controller-manager.conf`,
    "--leader-elect=false",
    // Besides the usual ones those that serve tokens of nodes which join.
    "--controllers=*,bootstrap-signer-controller,token-cleaner-controller",
    "--use-service-account-credentials",
    // The usual limits are for large clusters, and let one that starts wait for seconds.
    "--kube-api-qps=200",
    "--kube-api-burst=400",
    `--service-account-private-key-file=${pkiDir}/service-accounts.key`,
    `--root-ca-file=${pkiDir}/ca.crt`,
    `--cluster-signing-cert-file=${pkiDir}/ca.crt`,
    `--cluster-signing-key-file=${pkiDir}/ca.key`,
    `--service-cluster-ip-range=${SERVICE_SUBNET}`,
    "--allocate-node-cidrs",
    "--cluster-cidr=10.88.0.0/16",
  ];
}

/** @see https://kubernetes.io/docs/reference/command-line-tools-reference/kube-scheduler/ */
export function schedulerArgv({ programs, dir }: ControlPlaneSettings): Argv {
  return [
    programs("kube-scheduler"),
    `--kubeconfig=${dir}/scheduler.conf`,
    "--leader-elect=false",
  ];
}
