/** Every check of a KubeletConfiguration, with the line that it gives. */
import assert from "node:assert/strict";
import {
  configurationOf,
  kubeletDocument,
  problemsOf,
} from "../../../tests/fakes/configuration_files.ts";

/** Fields that start on line 3, and the problem without the file's name. */
const REFUSED: readonly (readonly [fields: string, problem: string])[] = [
  // Types.
  ["maxPods: many", `3:1: maxPods: expected a whole number, found "many"`],
  ["maxPods: 1.5", `3:1: maxPods: expected a whole number, found 1.5`],
  ["maxPods: 3000000000", `3:1: maxPods: expected a number of 32 bits, found 3000000000`],
  [
    "clusterDomain: 5",
    `3:1: clusterDomain: expected a string, found 5 (in quotes it is a string)`,
  ],
  ["failSwapOn: nope", `3:1: failSwapOn: expected true or false, found "nope"`],
  ["clusterDNS: 10.0.0.10", `3:1: clusterDNS: expected a list of strings, found "10.0.0.10"`],
  [
    "clusterDNS:\n- 10",
    `4:3: clusterDNS[0]: expected a string, found 10 (in quotes it is a string)`,
  ],
  ["syncFrequency: 60", `3:1: syncFrequency: expected a duration such as "1m30s", found 60`],
  [
    `syncFrequency: "60"`,
    `3:1: syncFrequency: the duration "60" has no unit, write it as "60s" for seconds`,
  ],
  ["logging: json", `3:1: logging: expected a map of fields, found "json"`],
  ["logging: []", "3:1: logging: expected a map of fields, found a list"],
  ["evictionHard: [a]", "3:1: evictionHard: expected a map of strings, found a list"],
  ["featureGates: {A: 1}", `3:16: featureGates.A: expected true or false, found 1`],
  [
    "reservedMemory:\n- numaNode: 0\n  limits: {memory: lots}",
    `5:12: reservedMemory[0].limits.memory: "lots" is not a quantity such as "500m", "2", "64Mi" ` +
    `or "1e3" (suffixes: n u m k M G T P E, Ki Mi Gi Ti Pi Ei)`,
  ],
  // Names.
  [
    "staticpodpath: /x",
    `3:1: staticpodpath: unknown field; did you mean staticPodPath or staticPodURL?`,
  ],
  ["frobnicate: 1", `3:1: frobnicate: unknown field; no known one is spelled like it`],
  [
    "memorySwap: {swap: NoSwap}",
    `3:14: memorySwap.swap: unknown field; expected one of swapBehavior`,
  ],
  // Fields that are acted on.
  ["syncFrequency: -1s", `3:1: syncFrequency: expected a duration longer than 0s, found "-1s"`],
  [
    "fileCheckFrequency: -1s",
    `3:1: fileCheckFrequency: expected a duration longer than 0s, found "-1s"`,
  ],
  [
    "streamingConnectionIdleTimeout: -1s",
    `3:1: streamingConnectionIdleTimeout: expected a duration longer than 0s, found "-1s"`,
  ],
  [
    "runtimeRequestTimeout: -1s",
    `3:1: runtimeRequestTimeout: expected a duration longer than 0s, found "-1s"`,
  ],
  ["cgroupDriver: cgroups", `3:1: cgroupDriver: expected "cgroupfs" or "systemd", found "cgroups"`],
  [
    "cpuCFSQuotaPeriod: 2s",
    `3:1: cpuCFSQuotaPeriod: expected a duration from 1ms to 1s, found "2s"`,
  ],
  [
    "cpuCFSQuotaPeriod: 0s",
    `3:1: cpuCFSQuotaPeriod: expected a duration from 1ms to 1s, found "0s"`,
  ],
  ["containerLogMaxFiles: 1", `3:1: containerLogMaxFiles: expected a number of 2 or more, found 1`],
  [
    "containerLogMaxSize: big",
    `3:1: containerLogMaxSize: expected a quantity such as "10Mi", found "big"`,
  ],
  [
    `containerLogMaxSize: "0"`,
    `3:1: containerLogMaxSize: expected a quantity other than 0, found "0"`,
  ],
  [
    "containerLogMonitorInterval: 1s",
    `3:1: containerLogMonitorInterval: expected a duration of 3s or more, found "1s"`,
  ],
  [
    "maxParallelImagePulls: 0",
    `3:1: maxParallelImagePulls: expected a number of 1 or more, found 0`,
  ],
  [
    "serializeImagePulls: true\nmaxParallelImagePulls: 3",
    `4:1: maxParallelImagePulls: expected 1 while serializeImagePulls is true, found 3`,
  ],
  [
    "podLogsDir: logs",
    `3:1: podLogsDir: expected an absolute path without ".", ".." and a "/" too many, found "logs"`,
  ],
  [
    "podLogsDir: /var/../logs",
    `3:1: podLogsDir: expected an absolute path without ".", ".." and a "/" too many, ` +
    `found "/var/../logs"`,
  ],
  [
    "podLogsDir: /var/log/pods/",
    `3:1: podLogsDir: expected an absolute path without ".", ".." and a "/" too many, ` +
    `found "/var/log/pods/"`,
  ],
  ["podLogsDir: /lög", `3:1: podLogsDir: expected a path of ASCII characters, found "/lög"`],
  [
    "containerRuntimeEndpoint: tcp://1.2.3.4:5",
    `3:1: containerRuntimeEndpoint: expected a unix socket such as ` +
    `unix:///run/containerd/containerd.sock, found "tcp://1.2.3.4:5"`,
  ],
  [
    "imageServiceEndpoint: containerd.sock",
    `3:1: imageServiceEndpoint: expected a unix socket such as ` +
    `unix:///run/containerd/containerd.sock, found "containerd.sock"`,
  ],
  [
    "clusterDNS:\n- 10.0.0.10\n- 10.0.0.256",
    `5:3: clusterDNS[1]: expected an IP address, found "10.0.0.256"`,
  ],
  ...["vm.swappiness", "kernel.*", "*", "net..x", "Net.x"].map((
    name,
  ): readonly [string, string] => [
    `allowedUnsafeSysctls: ['net.core.*', '${name}']`,
    `3:38: allowedUnsafeSysctls[1]: expected a namespaced kernel parameter, or a pattern such as ` +
    `"net.core.*", found "${name}"`,
  ]),
  ["logging:\n  format: xml", `4:3: logging.format: expected "text" or "json", found "xml"`],
  ["logging:\n  verbosity: -1", `4:3: logging.verbosity: expected a number of 0 or more, found -1`],
  [
    "crashLoopBackOff:\n  maxContainerRestartPeriod: 6m",
    `4:3: crashLoopBackOff.maxContainerRestartPeriod: expected a duration from 1s to 5m, found "6m"`,
  ],
  [
    "cgroupsPerQOS: false",
    `3:1: cgroupsPerQOS: expected true while enforceNodeAllocatable has "pods" ` +
    `("enforceNodeAllocatable: []" turns that off), found false`,
  ],
  // Fields that are only known.
  [
    "enforceNodeAllocatable: [pod]",
    `3:26: enforceNodeAllocatable[0]: expected "pods", ` +
    `"system-reserved", "system-reserved-compressible", "kube-reserved", ` +
    `"kube-reserved-compressible" or "none", found "pod"`,
  ],
  [
    "enforceNodeAllocatable: [none, pods]",
    `3:1: enforceNodeAllocatable: expected nothing beside "none", found none, pods`,
  ],
  [
    "enforceNodeAllocatable: [pods, pods]",
    `3:1: enforceNodeAllocatable: expected each value once, found "pods" twice`,
  ],
  [
    "enforceNodeAllocatable: [system-reserved]",
    `3:1: enforceNodeAllocatable: expected systemReservedCgroup to be set for "system-reserved", ` +
    `found it empty`,
  ],
  [
    "kubeReservedCgroup: /kube\nenforceNodeAllocatable: [kube-reserved, kube-reserved-compressible]",
    `4:1: enforceNodeAllocatable: expected one of kube-reserved and kube-reserved-compressible, ` +
    `found both`,
  ],
  [
    "systemReserved: {disk: 1Gi}",
    `3:18: systemReserved.disk: expected "cpu", "memory", "ephemeral-storage" or "pid" as a resource`,
  ],
  [
    "kubeReserved: {memory: -1Gi}",
    `3:16: kubeReserved.memory: expected a quantity of 0 or more, found "-1Gi"`,
  ],
  ["address: localhost", `3:1: address: expected an IP address, found "localhost"`],
  ["healthzBindAddress: x", `3:1: healthzBindAddress: expected an IP address, found "x"`],
  ["port: 65536", `3:1: port: expected a number from 1 to 65535, found 65536`],
  ["readOnlyPort: -1", `3:1: readOnlyPort: expected a number from 0 to 65535, found -1`],
  ["healthzPort: -1", `3:1: healthzPort: expected a number from 0 to 65535, found -1`],
  ["eventBurst: -1", `3:1: eventBurst: expected a number of 0 or more, found -1`],
  ["eventRecordQPS: -1", `3:1: eventRecordQPS: expected a number of 0 or more, found -1`],
  [
    "imageGCHighThresholdPercent: 101",
    `3:1: imageGCHighThresholdPercent: expected a number from 0 to 100, found 101`,
  ],
  [
    "imageGCLowThresholdPercent: 90",
    `3:1: imageGCLowThresholdPercent: expected imageGCLowThresholdPercent to be below ` +
    `imageGCHighThresholdPercent, found 90 and 85`,
  ],
  [
    "imageGCHighThresholdPercent: 70",
    `3:1: imageGCHighThresholdPercent: expected imageGCLowThresholdPercent to be below ` +
    `imageGCHighThresholdPercent, found 80 and 70`,
  ],
  [
    "imageMinimumGCAge: -1s",
    `3:1: imageMinimumGCAge: expected a duration of 0s or more, found "-1s"`,
  ],
  [
    "imageMaximumGCAge: -1s",
    `3:1: imageMaximumGCAge: expected a duration of 0s or more, found "-1s"`,
  ],
  [
    "imageMaximumGCAge: 1m",
    `3:1: imageMaximumGCAge: expected more than imageMinimumGCAge, which is 2m, found 1m`,
  ],
  ["iptablesDropBit: 32", `3:1: iptablesDropBit: expected a number from 0 to 31, found 32`],
  [
    "iptablesMasqueradeBit: 32",
    `3:1: iptablesMasqueradeBit: expected a number from 0 to 31, found 32`,
  ],
  ["kubeAPIBurst: -1", `3:1: kubeAPIBurst: expected a number of 0 or more, found -1`],
  ["kubeAPIQPS: -1", `3:1: kubeAPIQPS: expected a number of 0 or more, found -1`],
  [
    "nodeLeaseDurationSeconds: -1",
    `3:1: nodeLeaseDurationSeconds: expected a number of 1 or more, found -1`,
  ],
  [
    "nodeStatusMaxImages: -2",
    `3:1: nodeStatusMaxImages: expected a number of -1 or more, found -2`,
  ],
  ["maxOpenFiles: -1", `3:1: maxOpenFiles: expected a number of 0 or more, found -1`],
  ["maxPods: -1", `3:1: maxPods: expected a number of 0 or more, found -1`],
  ["oomScoreAdj: -1001", `3:1: oomScoreAdj: expected a number from -1000 to 1000, found -1001`],
  ["podsPerCore: -1", `3:1: podsPerCore: expected a number of 0 or more, found -1`],
  ["registryBurst: -1", `3:1: registryBurst: expected a number of 0 or more, found -1`],
  ["registryPullQPS: -1", `3:1: registryPullQPS: expected a number of 0 or more, found -1`],
  [
    "containerLogMaxWorkers: 0",
    `3:1: containerLogMaxWorkers: expected a number of 1 or more, found 0`,
  ],
  [
    "shutdownGracePeriod: 500ms",
    `3:1: shutdownGracePeriod: expected 0s, or a duration of 1s or more, found "500ms"`,
  ],
  [
    "shutdownGracePeriod: 10s\nshutdownGracePeriodCriticalPods: 20s",
    `4:1: shutdownGracePeriodCriticalPods: expected at most shutdownGracePeriod, which is 10s, ` +
    `found 20s`,
  ],
  [
    "shutdownGracePeriod: 10s\nshutdownGracePeriodByPodPriority: [{priority: 1}]",
    `4:1: shutdownGracePeriodByPodPriority: expected either this field or shutdownGracePeriod, ` +
    `found both`,
  ],
  [
    "memoryThrottlingFactor: 0",
    `3:1: memoryThrottlingFactor: expected a number above 0, at most 1, found 0`,
  ],
  ["runOnce: true", `3:1: runOnce: expected false: the kubelet has given this mode up, found true`],
  [
    "topologyManagerPolicy: best",
    `3:1: topologyManagerPolicy: expected "none", "best-effort", "restricted" or ` +
    `"single-numa-node", found "best"`,
  ],
  [
    "topologyManagerScope: node",
    `3:1: topologyManagerScope: expected "container" or "pod", found "node"`,
  ],
  [
    "cpuManagerPolicy: Static",
    `3:1: cpuManagerPolicy: expected "none" or "static", found "Static"`,
  ],
  [
    "memoryManagerPolicy: static",
    `3:1: memoryManagerPolicy: expected "None" or "Static", found "static"`,
  ],
  [
    "hairpinMode: veth",
    `3:1: hairpinMode: expected "promiscuous-bridge", "hairpin-veth" or "none", found "veth"`,
  ],
  [
    "memoryReservationPolicy: Some",
    `3:1: memoryReservationPolicy: expected "None" or "TieredReservation", found "Some"`,
  ],
  [
    "configMapAndSecretChangeDetectionStrategy: Poll",
    `3:1: configMapAndSecretChangeDetectionStrategy: expected "Get", "Cache" or "Watch", found "Poll"`,
  ],
  [
    "tlsMinVersion: '1.2'",
    `3:1: tlsMinVersion: expected "VersionTLS10", "VersionTLS11", "VersionTLS12" or ` +
    `"VersionTLS13", found "1.2"`,
  ],
  [
    "imagePullCredentialsVerificationPolicy: Never",
    `3:1: imagePullCredentialsVerificationPolicy: expected "NeverVerify", ` +
    `"NeverVerifyPreloadedImages", "NeverVerifyAllowlistedImages" or "AlwaysVerify", found "Never"`,
  ],
  [
    "preloadedImagesVerificationAllowlist: [a]",
    `3:1: preloadedImagesVerificationAllowlist: expected only with ` +
    `imagePullCredentialsVerificationPolicy: NeverVerifyAllowlistedImages`,
  ],
  [
    "memorySwap: {swapBehavior: Unlimited}",
    `3:14: memorySwap.swapBehavior: expected "NoSwap" or "LimitedSwap", found "Unlimited"`,
  ],
  [
    "authorization: {mode: RBAC}",
    `3:17: authorization.mode: expected "AlwaysAllow" or "Webhook", found "RBAC"`,
  ],
  [
    "tracing: {samplingRatePerMillion: -1}",
    `3:11: tracing.samplingRatePerMillion: expected a number from 0 to 1000000, found -1`,
  ],
  [
    "userNamespaces: {idsPerPod: 1000}",
    `3:18: userNamespaces.idsPerPod: expected a multiple of 65536, found 1000`,
  ],
  [
    "systemCgroups: /system",
    `3:1: systemCgroups: expected cgroupRoot to be set as well, found it empty`,
  ],
  [
    "reservedSystemCPUs: 0-",
    `3:1: reservedSystemCPUs: expected a list of CPUs such as "0-2,7", found "0-"`,
  ],
  [
    "kubeReservedCgroup: /kube\nreservedSystemCPUs: 0-1",
    `4:1: reservedSystemCPUs: expected neither systemReservedCgroup nor kubeReservedCgroup beside ` +
    `it, found one`,
  ],
  [
    "enableSystemLogHandler: false\nenableSystemLogQuery: true",
    `4:1: enableSystemLogQuery: expected enableSystemLogHandler to be true as well, found false`,
  ],
  [
    "registerWithTaints: [{key: a, effect: Never}]",
    `3:31: registerWithTaints[0].effect: expected "NoSchedule", "PreferNoSchedule" or "NoExecute", ` +
    `found "Never"`,
  ],
  [
    "registerWithTaints:\n- effect: NoExecute",
    `4:3: registerWithTaints[0]: expected a key, found none`,
  ],
  [
    "registerWithTaints:\n- {key: a, effect: NoExecute}\n- {key: a, effect: NoExecute}",
    `5:3: registerWithTaints[1]: expected each key and effect once, found a twice`,
  ],
  [
    "registerWithTaints: [{key: a, value: '-', effect: NoExecute}]",
    `3:31: registerWithTaints[0].value: a valid label must be an empty string or consist of ` +
    `alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric ` +
    `character (e.g. 'MyValue' or 'my_value' or '12345', regex used for validation is ` +
    `'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')`,
  ],
  [
    "nodeStatusUpdateFrequency: -1s",
    `3:1: nodeStatusUpdateFrequency: expected a duration longer than 0s, found "-1s"`,
  ],
  [
    "evictionHard: {pid.available: '0'}",
    `3:16: evictionHard[pid.available]: expected a quantity above 0 (or "0%" for none), found "0"`,
  ],
  [
    `registerWithTaints: [{key: a, effect: NoExecute, timeAdded: "now"}]`,
    `3:50: registerWithTaints[0].timeAdded: expected no such field: the node sets it`,
  ],
  [
    "logging: {format: json, vmodule: [{filePattern: a, verbosity: 1}]}",
    `3:25: logging.vmodule: expected only with the format "text", found "json"`,
  ],
  [
    "logging: {vmodule: [{filePattern: 'a=b', verbosity: 1}]}",
    `3:21: logging.vmodule[0]: expected a filePattern without "," and "=", found a map`,
  ],
  [
    "evictionHard: {memory: 1Gi}",
    `3:16: evictionHard.memory: expected the signal "memory.available", "nodefs.available", ` +
    `"nodefs.inodesFree", "imagefs.available", "imagefs.inodesFree", "containerfs.available", ` +
    `"containerfs.inodesFree" or "pid.available"`,
  ],
  [
    "evictionHard: {memory.available: 101%}",
    `3:16: evictionHard[memory.available]: expected at most 100%, found "101%"`,
  ],
  [
    "evictionMinimumReclaim: {nodefs.available: some}",
    `3:26: evictionMinimumReclaim[nodefs.available]: expected a quantity such as "100Mi" or a ` +
    `share such as "10%", found "some"`,
  ],
  [
    "evictionSoft: {memory.available: 1Gi}",
    `3:16: evictionSoft[memory.available]: expected a grace period for it in ` +
    `evictionSoftGracePeriod, found none`,
  ],
  [
    "evictionSoftGracePeriod: {memory.available: '0s'}",
    `3:27: evictionSoftGracePeriod[memory.available]: expected a duration longer than 0s, found "0s"`,
  ],
];

for (const [fields, problem] of REFUSED) {
  Deno.test(`refused: ${fields.replaceAll("\n", "; ")}`, async () => {
    const files = { "/etc/skerry/config.yaml": kubeletDocument(fields) };
    assert.deepEqual(await problemsOf({ files }), [`/etc/skerry/config.yaml:${problem}`]);
  });
}

/** Values at the edge, and what stands for a default. */
const TAKEN: readonly string[] = [
  "maxPods: 0",
  "nodeLeaseDurationSeconds: 0",
  "nodeStatusUpdateFrequency: 0s",
  "evictionHard: {memory.available: 0%, nodefs.available: 100%}",
  "port: 0",
  "address: ''",
  "cgroupDriver: ''",
  "containerRuntimeEndpoint: ''",
  "podLogsDir: ''",
  "logging: {format: ''}",
  "logging: {flushFrequency: 5000000000}",
  "logging: {flushFrequency: 5s}",
  "logging: {vmodule: [{filePattern: 'a*', verbosity: 1}]}",
  "syncFrequency: 0s",
  "runtimeRequestTimeout: '0'",
  "streamingConnectionIdleTimeout: 0s",
  "cpuCFSQuotaPeriod: 1ms",
  "containerLogMonitorInterval: 3s",
  "maxParallelImagePulls: 3",
  "podPidsLimit: -5",
  "cgroupsPerQOS: false\nenforceNodeAllocatable: []",
  "cgroupsPerQOS: false\nenforceNodeAllocatable: [none]",
  "systemReservedCgroup: /sys\nenforceNodeAllocatable: [pods, system-reserved]",
  "systemReserved: {cpu: 200m, memory: 500Mi, pid: '1000', ephemeral-storage: 1Gi}",
  "evictionHard: {memory.available: 100Mi, nodefs.available: 10%}",
  "evictionSoft: {memory.available: 1Gi}\nevictionSoftGracePeriod: {memory.available: 1m30s}",
  "crashLoopBackOff: {maxContainerRestartPeriod: 1s}",
  "imageMaximumGCAge: 3m",
  "reservedSystemCPUs: 0-3,7",
  "clusterDNS: ['10.0.0.10', 'fd00::10']",
  "allowedUnsafeSysctls: [kernel.msg*, net/core/somaxconn, 'user.*']",
  "registerWithTaints: [{key: a, effect: NoExecute}]",
  "staticPodURLHeader: {A: [b, c]}",
  "maxPods: null",
  "registerWithTaints: [{key: a, value: null, effect: NoExecute}]",
  "memorySwap: null",
];

for (const fields of TAKEN) {
  Deno.test(`taken: ${fields.replaceAll("\n", "; ")}`, async () => {
    await configurationOf({ files: { "/etc/skerry/config.yaml": kubeletDocument(fields) } });
  });
}
