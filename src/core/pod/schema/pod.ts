/**
 * The schema of v1.Pod: every field of the API with how far this agent supports it.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/
 */
import * as v from "valibot";
import { affinity, topologySpreadConstraint } from "./affinity.ts";
import {
  container,
  ephemeralContainer,
  initContainer,
  podResourceRequirements,
} from "./container.ts";
import { objectMeta } from "./metadata.ts";
import { flag, int32, int64, quantities, stringMap, text, texts } from "./scalars.ts";
import { podSecurityContext } from "./security.ts";
import { localReference } from "./storage.ts";
import { accepted, is, optional, scheduler, supported, unsupported } from "./support.ts";
import { volume } from "./volume.ts";

const podDnsConfig = v.strictObject({
  nameservers: optional(supported(texts)),
  options: optional(supported(v.array(v.strictObject({
    name: optional(supported(text)),
    value: optional(supported(text)),
  })))),
  searches: optional(supported(texts)),
});

const hostAlias = v.strictObject({
  hostnames: optional(supported(texts)),
  ip: supported(text),
});

const toleration = v.strictObject({
  effect: optional(supported(text)),
  key: optional(supported(text)),
  operator: optional(supported(text)),
  tolerationSeconds: optional(accepted(int64, "kept by the cluster's controllers")),
  value: optional(supported(text)),
});

const resourceClaim = v.strictObject({
  name: text,
  resourceClaimName: optional(text),
  resourceClaimTemplateName: optional(text),
});

export const podSpec = v.strictObject({
  activeDeadlineSeconds: optional(supported(int64)),
  affinity: optional(supported(affinity)),
  automountServiceAccountToken: optional(
    accepted(flag, "the API server adds the token's volume or leaves it out"),
  ),
  containers: supported(v.array(container)),
  dnsConfig: optional(supported(podDnsConfig)),
  dnsPolicy: optional(supported(text)),
  enableServiceLinks: optional(supported(flag)),
  ephemeralContainers: optional(
    supported(v.array(ephemeralContainer), { note: "not in manifests" }),
  ),
  hostAliases: optional(supported(v.array(hostAlias))),
  hostIPC: optional(supported(flag)),
  hostNetwork: optional(supported(flag)),
  hostPID: optional(supported(flag)),
  hostUsers: optional(
    unsupported(flag, {
      note: "`true` is allowed; pods have no user namespaces of their own",
      harmless: is(true),
    }),
  ),
  hostname: optional(supported(text)),
  hostnameOverride: optional(supported(text)),
  imagePullSecrets: optional(supported(v.array(localReference), { note: "not in manifests" })),
  initContainers: optional(supported(v.array(initContainer))),
  nodeName: optional(accepted(text, "a manifest's pod is always this node's")),
  nodeSelector: optional(supported(stringMap)),
  os: optional(supported(v.strictObject({
    name: unsupported(text, { note: "`linux` is allowed", harmless: is("linux") }),
  }))),
  overhead: optional(supported(quantities)),
  preemptionPolicy: optional(scheduler(text)),
  priority: optional(scheduler(int32)),
  priorityClassName: optional(scheduler(text)),
  readinessGates: optional(supported(v.array(v.strictObject({ conditionType: supported(text) })))),
  resourceClaims: optional(unsupported(v.array(resourceClaim), {
    note: "there are no drivers of devices",
  })),
  resources: optional(supported(podResourceRequirements)),
  restartPolicy: optional(supported(text)),
  runtimeClassName: optional(
    supported(text, { note: "a node without a cluster has no runtime classes" }),
  ),
  schedulerName: optional(scheduler(text)),
  schedulingGates: optional(unsupported(v.array(v.strictObject({ name: text })))),
  schedulingGroup: optional(scheduler(v.strictObject({ podGroupName: optional(text) }))),
  securityContext: optional(supported(podSecurityContext)),
  serviceAccount: optional(accepted(text, "an old name of `serviceAccountName`")),
  serviceAccountName: optional(supported(text, { note: "not in manifests" })),
  setHostnameAsFQDN: optional(supported(flag)),
  shareProcessNamespace: optional(supported(flag)),
  subdomain: optional(supported(text)),
  terminationGracePeriodSeconds: optional(supported(int64)),
  tolerations: optional(
    supported(v.array(toleration), { note: "of taints with `NoExecute`" }),
  ),
  topologySpreadConstraints: optional(scheduler(v.array(topologySpreadConstraint))),
  volumes: optional(supported(v.array(volume))),
});

/** A manifest; its `status` is the node's to write and so is not looked at. */
export const podSchema = v.strictObject({
  apiVersion: supported(v.literal("v1", "expected v1")),
  kind: supported(v.literal("Pod", "expected Pod")),
  metadata: supported(objectMeta),
  spec: supported(podSpec),
  status: optional(accepted(v.record(text, v.unknown()), "written by the node")),
});
