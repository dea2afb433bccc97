/**
 * The schemas of environment variables and where their values come from.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#environment-variables
 */
import * as v from "valibot";
import { flag, quantity, text } from "./scalars.ts";
import { optional, supported } from "./support.ts";

const inClusters = { note: "not in manifests" };

const keySelector = v.strictObject({
  key: supported(text),
  name: optional(supported(text)),
  optional: optional(supported(flag)),
});

export const fieldSelector = v.strictObject({
  apiVersion: optional(supported(text)),
  fieldPath: supported(text),
});

export const resourceFieldSelector = v.strictObject({
  containerName: optional(supported(text)),
  divisor: optional(supported(quantity)),
  resource: supported(text),
});

const fileKeySelector = v.strictObject({
  key: supported(text),
  optional: optional(supported(flag)),
  path: supported(text),
  volumeName: supported(text),
});

const envVarSource = v.strictObject({
  configMapKeyRef: optional(supported(keySelector, inClusters)),
  fieldRef: optional(supported(fieldSelector)),
  fileKeyRef: optional(supported(fileKeySelector)),
  resourceFieldRef: optional(supported(resourceFieldSelector)),
  secretKeyRef: optional(supported(keySelector, inClusters)),
});

export const envVar = v.strictObject({
  name: supported(text),
  value: optional(supported(text)),
  valueFrom: optional(supported(envVarSource)),
});

const wholeObject = v.strictObject({
  name: optional(supported(text)),
  optional: optional(supported(flag)),
});

export const envFromSource = v.strictObject({
  configMapRef: optional(supported(wholeObject)),
  prefix: optional(supported(text)),
  secretRef: optional(supported(wholeObject)),
});
