/** The labels and annotations that tie sandboxes and containers to their pod: the kubelet's, so that crictl and others read them. */

/** `containerName` is on containers alone, the others on sandboxes too. */
export const label = {
  podName: "io.kubernetes.pod.name",
  podNamespace: "io.kubernetes.pod.namespace",
  podUid: "io.kubernetes.pod.uid",
  containerName: "io.kubernetes.container.name",
} as const;

/** On containers, and on pods those of `kubernetes.io/config`, which tell where a static pod comes from. */
export const annotation = {
  /** The content hash of the container's spec: another hash means the container must be made anew. */
  containerHash: "io.kubernetes.container.hash",
  restartCount: "io.kubernetes.container.restartCount",
  terminationMessagePath: "io.kubernetes.container.terminationMessagePath",
  terminationMessagePolicy: "io.kubernetes.container.terminationMessagePolicy",
  containerPorts: "io.kubernetes.container.ports",
  preStopHandler: "io.kubernetes.container.preStopHandler",
  podTerminationGracePeriod: "io.kubernetes.pod.terminationGracePeriod",
  configSource: "kubernetes.io/config.source",
  configHash: "kubernetes.io/config.hash",
  configSeen: "kubernetes.io/config.seen",
  /** On mirror pods: the hash of the static pod that they show. */
  configMirror: "kubernetes.io/config.mirror",
} as const;
