/** The flags of `skerry run`: the kubelet's names where Skerry has the feature, and its own. */

/** How a flag's text becomes a value of the configuration. */
export type FlagKind =
  | "text"
  | "switch"
  | "number"
  | "list"
  /** `KEY=VALUE,…` */
  | "pairs"
  /** `SIGNAL<VALUE,…` */
  | "thresholds"
  /** `KEY=VALUE:EFFECT,…` */
  | "taints";

/** Those that may be given again, and then grow. */
export const LIST_KINDS: readonly FlagKind[] = ["list", "pairs", "thresholds", "taints"];

/** A field of one of the two kinds of configuration. */
export interface FieldRef {
  readonly kind: "KubeletConfiguration" | "SkerryConfiguration";
  readonly path: readonly string[];
}

export interface RunFlag {
  /** Without the dashes. */
  readonly name: string;
  readonly short?: string;
  /** What the help calls the value; a switch needs none. */
  readonly value: string;
  readonly type: FlagKind;
  /** The field it sets; none: it has no field. */
  readonly field?: FieldRef;
  readonly summary: string;
}

function kubelet(path: string): { readonly field: FieldRef } {
  return { field: { kind: "KubeletConfiguration", path: path.split(".") } };
}

function skerry(path: string): { readonly field: FieldRef } {
  return { field: { kind: "SkerryConfiguration", path: path.split(".") } };
}

/** In the order of the help. */
export const RUN_FLAGS = [
  {
    name: "config",
    value: "file",
    type: "text",
    summary: "KubeletConfiguration and SkerryConfiguration, as YAML or JSON",
  },
  {
    name: "config-dir",
    value: "dir",
    type: "text",
    summary: "files named *.conf that are merged over --config in the order of their names",
  },
  {
    name: "pod-manifest-path",
    value: "path",
    type: "text",
    ...kubelet("staticPodPath"),
    summary: "folder of static pods, or the file of one",
  },
  {
    name: "hostname-override",
    value: "name",
    type: "text",
    ...skerry("nodeName"),
    summary: "the node's name, in place of the machine's",
  },
  {
    name: "node-ip",
    value: "ip",
    type: "list",
    ...skerry("nodeIPs"),
    summary: "the node's address, or two (IPv4 and IPv6) with a comma between",
  },
  {
    name: "node-labels",
    value: "pairs",
    type: "pairs",
    ...skerry("nodeLabels"),
    summary: "labels of a Node that is created, as KEY=VALUE with commas between",
  },
  {
    name: "register-node",
    value: "true|false",
    type: "switch",
    ...kubelet("registerNode"),
    summary: "create the Node, or take over the one of this name",
  },
  {
    name: "register-with-taints",
    value: "taints",
    type: "taints",
    ...kubelet("registerWithTaints"),
    summary: "taints of a Node that is created, as KEY=VALUE:EFFECT with commas between",
  },
  {
    name: "provider-id",
    value: "id",
    type: "text",
    ...kubelet("providerID"),
    summary: "what a cloud calls the machine, for a Node that is created",
  },
  {
    name: "node-status-update-frequency",
    value: "duration",
    type: "text",
    ...kubelet("nodeStatusUpdateFrequency"),
    summary: "how often the node is looked at, to tell the cluster what has changed",
  },
  {
    name: "node-status-max-images",
    value: "number",
    type: "number",
    ...kubelet("nodeStatusMaxImages"),
    summary: "images that the Node names; -1 for all",
  },
  {
    name: "max-pods",
    value: "number",
    type: "number",
    ...kubelet("maxPods"),
    summary: "pods that the node takes",
  },
  {
    name: "pods-per-core",
    value: "number",
    type: "number",
    ...kubelet("podsPerCore"),
    summary: "pods that it takes for each processor, at most --max-pods; 0 for no such limit",
  },
  {
    name: "kube-reserved",
    value: "pairs",
    type: "pairs",
    ...kubelet("kubeReserved"),
    summary: "what is kept from pods for the agent and the runtime, such as cpu=100m,memory=200Mi",
  },
  {
    name: "system-reserved",
    value: "pairs",
    type: "pairs",
    ...kubelet("systemReserved"),
    summary: "what is kept from pods for the rest of the system",
  },
  {
    name: "enforce-node-allocatable",
    value: "names",
    type: "list",
    ...kubelet("enforceNodeAllocatable"),
    summary: "pods: all pods together have a limit; none",
  },
  {
    name: "eviction-hard",
    value: "thresholds",
    type: "thresholds",
    ...kubelet("evictionHard"),
    summary: "what must be left of the node, such as memory.available<100Mi,nodefs.available<10%",
  },
  {
    name: "eviction-soft",
    value: "thresholds",
    type: "thresholds",
    ...kubelet("evictionSoft"),
    summary: "what should be left of it",
  },
  {
    name: "eviction-soft-grace-period",
    value: "pairs",
    type: "pairs",
    ...kubelet("evictionSoftGracePeriod"),
    summary: "how long it may be missing, such as memory.available=1m30s",
  },
  {
    name: "eviction-pressure-transition-period",
    value: "duration",
    type: "text",
    ...kubelet("evictionPressureTransitionPeriod"),
    summary: "how long the node says that something is short after it has ceased to be",
  },
  {
    name: "root-dir",
    value: "dir",
    type: "text",
    ...skerry("rootDir"),
    summary: "state, volumes and credentials",
  },
  {
    name: "kubeconfig",
    value: "file",
    type: "text",
    ...skerry("kubeconfig"),
    summary: "how to reach the API server of the node's cluster; no cluster without it",
  },
  {
    name: "bootstrap-kubeconfig",
    value: "file",
    type: "text",
    ...skerry("bootstrapKubeconfig"),
    summary: "credential to ask for a client certificate with, while --kubeconfig has none",
  },
  {
    name: "cert-dir",
    value: "dir",
    type: "text",
    ...skerry("certDir"),
    summary: "certificates and their keys",
  },
  {
    name: "rotate-certificates",
    value: "true|false",
    type: "switch",
    ...kubelet("rotateCertificates"),
    summary: "ask for a new client certificate before the old one expires",
  },
  {
    name: "rotate-server-certificates",
    value: "true|false",
    type: "switch",
    ...kubelet("serverTLSBootstrap"),
    summary: "ask the cluster for the serving certificate",
  },
  {
    name: "tls-cert-file",
    value: "file",
    type: "text",
    ...kubelet("tlsCertFile"),
    summary: "serving certificate, followed by those who signed it",
  },
  {
    name: "tls-private-key-file",
    value: "file",
    type: "text",
    ...kubelet("tlsPrivateKeyFile"),
    summary: "the key of --tls-cert-file",
  },
  {
    name: "tls-min-version",
    value: "version",
    type: "text",
    ...kubelet("tlsMinVersion"),
    summary: "VersionTLS12 or VersionTLS13",
  },
  {
    name: "tls-cipher-suites",
    value: "names",
    type: "list",
    ...kubelet("tlsCipherSuites"),
    summary: "those of TLS 1.2 that may be used, by Go's names",
  },
  {
    name: "enable-server",
    value: "true|false",
    type: "switch",
    ...kubelet("enableServer"),
    summary: "serve the kubelet's HTTPS API",
  },
  {
    name: "address",
    value: "ip",
    type: "text",
    ...kubelet("address"),
    summary: "where the HTTPS API and the read-only port listen",
  },
  {
    name: "port",
    value: "number",
    type: "number",
    ...kubelet("port"),
    summary: "the HTTPS API's port",
  },
  {
    name: "read-only-port",
    value: "number",
    type: "number",
    ...kubelet("readOnlyPort"),
    summary: "pods and metrics for everybody, without encryption; 0 for no such port",
  },
  {
    name: "client-ca-file",
    value: "file",
    type: "text",
    ...kubelet("authentication.x509.clientCAFile"),
    summary: "authorities whose client certificates count at the HTTPS API",
  },
  {
    name: "anonymous-auth",
    value: "true|false",
    type: "switch",
    ...kubelet("authentication.anonymous.enabled"),
    summary: "let those in who show nothing, as system:anonymous",
  },
  {
    name: "authentication-token-webhook",
    value: "true|false",
    type: "switch",
    ...kubelet("authentication.webhook.enabled"),
    summary: "ask the API server whose a bearer token is",
  },
  {
    name: "authorization-mode",
    value: "mode",
    type: "text",
    ...kubelet("authorization.mode"),
    summary: "Webhook: the API server is asked what a user may have; AlwaysAllow: all of it",
  },
  {
    name: "enable-debugging-handlers",
    value: "true|false",
    type: "switch",
    ...kubelet("enableDebuggingHandlers"),
    summary: "logs, exec, attach, port-forward and run over the HTTPS API",
  },
  {
    name: "healthz-bind-address",
    value: "ip",
    type: "text",
    ...kubelet("healthzBindAddress"),
    summary: "where health checks are answered without encryption",
  },
  {
    name: "healthz-port",
    value: "number",
    type: "number",
    ...kubelet("healthzPort"),
    summary: "their port; 0 for none",
  },
  {
    name: "images-dir",
    value: "dir",
    type: "text",
    ...skerry("imagesDir"),
    summary: "image archives in it are imported at start",
  },
  {
    name: "socket",
    value: "path",
    type: "text",
    ...skerry("controlSocket"),
    summary: "the control socket that the other commands talk to",
  },
  {
    name: "container-runtime-endpoint",
    value: "endpoint",
    type: "text",
    ...kubelet("containerRuntimeEndpoint"),
    summary: "the container runtime's socket, unix:///PATH",
  },
  {
    name: "image-service-endpoint",
    value: "endpoint",
    type: "text",
    ...kubelet("imageServiceEndpoint"),
    summary: "the image service's socket, where it is another",
  },
  {
    name: "runtime-request-timeout",
    value: "duration",
    type: "text",
    ...kubelet("runtimeRequestTimeout"),
    summary: "deadline of a call to the runtime, pulls apart",
  },
  {
    name: "serialize-image-pulls",
    value: "true|false",
    type: "switch",
    ...kubelet("serializeImagePulls"),
    summary: "pull images one at a time",
  },
  {
    name: "file-check-frequency",
    value: "duration",
    type: "text",
    ...kubelet("fileCheckFrequency"),
    summary: "how often the manifests are read though no change was noticed",
  },
  {
    name: "sync-frequency",
    value: "duration",
    type: "text",
    ...kubelet("syncFrequency"),
    summary: "how often all pods are looked at though no event came",
  },
  {
    name: "cgroup-driver",
    value: "driver",
    type: "text",
    ...kubelet("cgroupDriver"),
    summary: "cgroupfs or systemd, the same as the runtime's",
  },
  {
    name: "cgroup-root",
    value: "cgroup",
    type: "text",
    ...kubelet("cgroupRoot"),
    summary: "the cgroup that all pods are put under",
  },
  {
    name: "cgroups-per-qos",
    value: "true|false",
    type: "switch",
    ...kubelet("cgroupsPerQOS"),
    summary: "make cgroups for QoS classes and pods",
  },
  {
    name: "cpu-cfs-quota",
    value: "true|false",
    type: "switch",
    ...kubelet("cpuCFSQuota"),
    summary: "enforce CPU limits",
  },
  {
    name: "cpu-cfs-quota-period",
    value: "duration",
    type: "text",
    ...kubelet("cpuCFSQuotaPeriod"),
    summary: "the period that CPU limits are enforced over",
  },
  {
    name: "pod-max-pids",
    value: "number",
    type: "number",
    ...kubelet("podPidsLimit"),
    summary: "processes that a pod may have; -1 for no limit",
  },
  {
    name: "cluster-dns",
    value: "ips",
    type: "list",
    ...kubelet("clusterDNS"),
    summary: "DNS servers for pods, with commas between or given again",
  },
  {
    name: "cluster-domain",
    value: "domain",
    type: "text",
    ...kubelet("clusterDomain"),
    summary: "the domain that pods search besides the machine's",
  },
  {
    name: "resolv-conf",
    value: "file",
    type: "text",
    ...kubelet("resolvConf"),
    summary: 'the resolver configuration that pods inherit; "" for none',
  },
  {
    name: "seccomp-default",
    value: "true|false",
    type: "switch",
    ...kubelet("seccompDefault"),
    summary: "the runtime's seccomp profile for containers that name none",
  },
  {
    name: "allowed-unsafe-sysctls",
    value: "names",
    type: "list",
    ...kubelet("allowedUnsafeSysctls"),
    summary: "kernel parameters and patterns that pods may set besides the safe ones",
  },
  {
    name: "container-log-max-size",
    value: "quantity",
    type: "text",
    ...kubelet("containerLogMaxSize"),
    summary: "size at which a container's log is rotated",
  },
  {
    name: "container-log-max-files",
    value: "number",
    type: "number",
    ...kubelet("containerLogMaxFiles"),
    summary: "log files kept for a container, at least 2",
  },
  {
    name: "fail-swap-on",
    value: "true|false",
    type: "switch",
    ...kubelet("failSwapOn"),
    summary: "refuse to start where swap is on",
  },
  {
    name: "logging-format",
    value: "format",
    type: "text",
    ...kubelet("logging.format"),
    summary: "text or json",
  },
  {
    name: "v",
    short: "v",
    value: "level",
    type: "number",
    ...kubelet("logging.verbosity"),
    summary: "verbosity: 4 shows decisions and retries, 6 every event and call",
  },
] as const satisfies readonly RunFlag[];

type CamelCase<S extends string> = S extends `${infer Head}-${infer Tail}`
  ? `${Head}${Capitalize<CamelCase<Tail>>}`
  : S;

/** The name of a flag without its dashes. */
export type FlagName = typeof RUN_FLAGS[number]["name"];

/** A flag's value as it was typed; `true` is a switch that was given no value. */
export type FlagValue = string | true | readonly string[];

/** The flags that were given, under the names that commander makes of them (`podManifestPath`). */
export type RunFlags = { readonly [Name in FlagName as CamelCase<Name>]?: FlagValue };
