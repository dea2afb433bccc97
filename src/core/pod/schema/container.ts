/**
 * The schemas of containers: main, init and ephemeral ones.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#Container
 */
import * as v from "valibot";
import { ephemeralStorage, isExtendedResource } from "../resource_names.ts";
import { envFromSource, envVar } from "./env.ts";
import { lifecycle, probe } from "./probe.ts";
import { flag, int32, quantities, text, texts } from "./scalars.ts";
import { securityContext } from "./security.ts";
import { accepted, type AnySchema, is, optional, supported, unsupported } from "./support.ts";

const counted = ["cpu", "memory", ephemeralStorage];

export const containerPort = v.strictObject({
  containerPort: supported(int32),
  hostIP: optional(supported(text)),
  hostPort: optional(supported(int32)),
  name: optional(supported(text)),
  protocol: optional(supported(text)),
});

export const volumeMount = v.strictObject({
  mountPath: supported(text),
  mountPropagation: optional(supported(text)),
  name: supported(text),
  readOnly: optional(supported(flag)),
  recursiveReadOnly: optional(
    supported(text, { note: "needs a runtime that knows it: containerd from 2.0" }),
  ),
  subPath: optional(supported(text)),
  subPathExpr: optional(supported(text)),
});

const resourceClaim = v.strictObject({ name: text, request: optional(text) });

const amounts = supported(quantities, {
  note: "`cpu`, `memory`, `ephemeral-storage`, and extended resources; huge pages are unsupported",
  keys: (name) => counted.includes(name) || isExtendedResource(name),
});

const podAmounts = supported(quantities, {
  note: "`cpu` and `memory`; huge pages are unsupported",
  keys: (name) => name === "cpu" || name === "memory",
});

/** Of the pod as a whole. */
export const podResourceRequirements = v.strictObject({
  claims: optional(unsupported(v.array(resourceClaim))),
  limits: optional(podAmounts),
  requests: optional(podAmounts),
});

export const resourceRequirements = v.strictObject({
  claims: optional(unsupported(v.array(resourceClaim))),
  limits: optional(amounts),
  requests: optional(amounts),
});

const restartRule = v.strictObject({
  action: unsupported(text, { note: "`Restart` is supported", harmless: is("Restart") }),
  exitCodes: optional(supported(v.strictObject({
    operator: supported(text),
    values: optional(supported(v.array(int32))),
  }))),
});

const resizePolicy = v.strictObject({ resourceName: text, restartPolicy: text });

const volumeDevice = v.strictObject({ devicePath: text, name: text });

const common = {
  args: optional(supported(texts)),
  command: optional(supported(texts)),
  env: optional(supported(v.array(envVar))),
  envFrom: optional(supported(v.array(envFromSource), { note: "not in manifests" })),
  image: optional(supported(text)),
  imagePullPolicy: optional(supported(text)),
  lifecycle: optional(supported(lifecycle)),
  livenessProbe: optional(supported(probe)),
  name: supported(text),
  ports: optional(supported(v.array(containerPort))),
  readinessProbe: optional(supported(probe)),
  resizePolicy: optional(
    accepted(
      v.array(resizePolicy),
      "a container that runs is not resized; it is when it starts anew",
    ),
  ),
  resources: optional(supported(resourceRequirements)),
  restartPolicyRules: optional(supported(v.array(restartRule))),
  securityContext: optional(supported(securityContext)),
  startupProbe: optional(supported(probe)),
  stdin: optional(supported(flag)),
  stdinOnce: optional(supported(flag)),
  terminationMessagePath: optional(supported(text)),
  terminationMessagePolicy: optional(supported(text)),
  tty: optional(supported(flag)),
  volumeDevices: optional(
    unsupported(v.array(volumeDevice), { note: "there are no drivers of storage systems" }),
  ),
  volumeMounts: optional(supported(v.array(volumeMount))),
  workingDir: optional(supported(text)),
};

export const container = v.strictObject({
  ...common,
  restartPolicy: optional(supported(text)),
});

export const initContainer = v.strictObject({
  ...common,
  restartPolicy: optional(supported(text, { note: "`Always`: a sidecar" })),
});

/** A field of containers that those which are added to a running pod cannot have. */
function barred<S extends AnySchema>(schema: S) {
  return optional(accepted(schema, "the API server refuses it here"));
}

/** One that cannot be started as it asks says so in its status; its pod goes on. */
export const ephemeralContainer = v.strictObject({
  ...common,
  lifecycle: barred(lifecycle),
  livenessProbe: barred(probe),
  ports: barred(v.array(containerPort)),
  readinessProbe: barred(probe),
  resizePolicy: barred(v.array(resizePolicy)),
  resources: barred(resourceRequirements),
  restartPolicy: barred(text),
  restartPolicyRules: barred(v.array(restartRule)),
  startupProbe: barred(probe),
  targetContainerName: optional(supported(text)),
});
