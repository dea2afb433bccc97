/**
 * The schemas of probes and lifecycle hooks.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#lifecycle-1
 */
import * as v from "valibot";
import { int32, int64, intOrString, text, texts } from "./scalars.ts";
import { optional, supported, unsupported } from "./support.ts";

const execAction = v.strictObject({ command: optional(supported(texts)) });

const httpHeader = v.strictObject({ name: supported(text), value: supported(text) });

const httpGetAction = v.strictObject({
  host: optional(supported(text)),
  httpHeaders: optional(supported(v.array(httpHeader))),
  path: optional(supported(text)),
  port: supported(intOrString),
  scheme: optional(supported(text)),
});

const tcpSocketAction = v.strictObject({
  host: optional(supported(text)),
  port: supported(intOrString),
});

const grpcAction = v.strictObject({
  port: supported(int32),
  service: optional(supported(text)),
});

const sleepAction = v.strictObject({ seconds: supported(int64) });

export const probe = v.strictObject({
  exec: optional(supported(execAction)),
  failureThreshold: optional(supported(int32)),
  grpc: optional(supported(grpcAction)),
  httpGet: optional(supported(httpGetAction)),
  initialDelaySeconds: optional(supported(int32)),
  periodSeconds: optional(supported(int32)),
  successThreshold: optional(supported(int32)),
  tcpSocket: optional(supported(tcpSocketAction)),
  terminationGracePeriodSeconds: optional(supported(int64)),
  timeoutSeconds: optional(supported(int32)),
});

export const lifecycleHandler = v.strictObject({
  exec: optional(supported(execAction)),
  httpGet: optional(supported(httpGetAction)),
  sleep: optional(supported(sleepAction)),
  tcpSocket: optional(supported(tcpSocketAction, { note: "always fails, as in the kubelet" })),
});

export const lifecycle = v.strictObject({
  postStart: optional(supported(lifecycleHandler)),
  preStop: optional(supported(lifecycleHandler)),
  stopSignal: optional(
    unsupported(text, { note: "off in the kubelet too, unless a feature gate says otherwise" }),
  ),
});
