/**
 * The schemas of the security contexts of pods and containers.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#security-context
 */
import * as v from "valibot";
import { flag, int64, text, texts } from "./scalars.ts";
import { accepted, isEmptyObject, optional, supported, unsupported } from "./support.ts";

const profile = v.strictObject({
  localhostProfile: optional(supported(text)),
  type: supported(text),
});

const capabilities = v.strictObject({
  add: optional(supported(texts)),
  drop: optional(supported(texts)),
});

const seLinuxOptions = v.strictObject({
  level: optional(supported(text)),
  role: optional(supported(text)),
  type: optional(supported(text)),
  user: optional(supported(text)),
});

const windowsOptions = v.strictObject({
  gmsaCredentialSpec: optional(text),
  gmsaCredentialSpecName: optional(text),
  hostProcess: optional(flag),
  runAsUserName: optional(text),
});

const sysctl = v.strictObject({ name: supported(text), value: supported(text) });

const seccompProfile = optional(
  supported(profile, { note: "`Localhost`: a file under `seccomp` in the agent's own folder" }),
);

const forStorage = "for volumes of storage systems alone";

const common = {
  appArmorProfile: optional(supported(profile)),
  runAsGroup: optional(supported(int64)),
  runAsNonRoot: optional(supported(flag)),
  runAsUser: optional(supported(int64)),
  seLinuxOptions: optional(supported(seLinuxOptions)),
  seccompProfile,
  windowsOptions: optional(unsupported(windowsOptions, { harmless: isEmptyObject })),
};

export const securityContext = v.strictObject({
  ...common,
  allowPrivilegeEscalation: optional(supported(flag)),
  capabilities: optional(supported(capabilities)),
  privileged: optional(supported(flag)),
  procMount: optional(
    supported(text, { note: "`Unmasked` needs a user namespace, which there is none of" }),
  ),
  readOnlyRootFilesystem: optional(supported(flag)),
});

export const podSecurityContext = v.strictObject({
  ...common,
  fsGroup: optional(supported(int64)),
  fsGroupChangePolicy: optional(accepted(text, forStorage)),
  seLinuxChangePolicy: optional(accepted(text, forStorage)),
  supplementalGroups: optional(supported(v.array(int64))),
  supplementalGroupsPolicy: optional(
    supported(text, { note: "`Strict` needs a runtime that knows it: containerd from 2.0" }),
  ),
  sysctls: optional(supported(v.array(sysctl))),
});
