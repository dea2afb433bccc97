/**
 * The schemas of the security contexts of pods and containers.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#security-context
 */
import * as v from "valibot";
import { flag, int64, text, texts } from "./scalars.ts";
import { optional } from "./support.ts";

const profile = v.strictObject({ localhostProfile: optional(text), type: text });

const capabilities = v.strictObject({ add: optional(texts), drop: optional(texts) });

const seLinuxOptions = v.strictObject({
  level: optional(text),
  role: optional(text),
  type: optional(text),
  user: optional(text),
});

const windowsOptions = v.strictObject({
  gmsaCredentialSpec: optional(text),
  gmsaCredentialSpecName: optional(text),
  hostProcess: optional(flag),
  runAsUserName: optional(text),
});

export const securityContext = v.strictObject({
  allowPrivilegeEscalation: optional(flag),
  appArmorProfile: optional(profile),
  capabilities: optional(capabilities),
  privileged: optional(flag),
  procMount: optional(text),
  readOnlyRootFilesystem: optional(flag),
  runAsGroup: optional(int64),
  runAsNonRoot: optional(flag),
  runAsUser: optional(int64),
  seLinuxOptions: optional(seLinuxOptions),
  seccompProfile: optional(profile),
  windowsOptions: optional(windowsOptions),
});

export const podSecurityContext = v.strictObject({
  appArmorProfile: optional(profile),
  fsGroup: optional(int64),
  fsGroupChangePolicy: optional(text),
  runAsGroup: optional(int64),
  runAsNonRoot: optional(flag),
  runAsUser: optional(int64),
  seLinuxChangePolicy: optional(text),
  seLinuxOptions: optional(seLinuxOptions),
  seccompProfile: optional(profile),
  supplementalGroups: optional(v.array(int64)),
  supplementalGroupsPolicy: optional(text),
  sysctls: optional(v.array(v.strictObject({ name: text, value: text }))),
  windowsOptions: optional(windowsOptions),
});
