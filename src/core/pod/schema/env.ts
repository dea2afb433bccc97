/**
 * The schemas of environment variables and where their values come from.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#environment-variables
 */
import * as v from "valibot";
import { flag, quantity, text } from "./scalars.ts";
import { optional, supported, unsupported } from "./support.ts";

const keySelector = v.strictObject({ key: text, name: optional(text), optional: optional(flag) });

export const fieldSelector = v.strictObject({ apiVersion: optional(text), fieldPath: text });

export const resourceFieldSelector = v.strictObject({
  containerName: optional(text),
  divisor: optional(quantity),
  resource: text,
});

const envVarSource = v.strictObject({
  configMapKeyRef: optional(keySelector),
  fieldRef: optional(fieldSelector),
  fileKeyRef: optional(v.strictObject({
    key: text,
    optional: optional(flag),
    path: text,
    volumeName: text,
  })),
  resourceFieldRef: optional(resourceFieldSelector),
  secretKeyRef: optional(keySelector),
});

export const envVar = v.strictObject({
  name: supported(text),
  value: optional(supported(text)),
  valueFrom: optional(unsupported(envVarSource)),
});

const wholeObject = v.strictObject({ name: optional(text), optional: optional(flag) });

export const envFromSource = v.strictObject({
  configMapRef: optional(wholeObject),
  prefix: optional(text),
  secretRef: optional(wholeObject),
});
