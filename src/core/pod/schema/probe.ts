/**
 * The schemas of probes and lifecycle hooks.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#lifecycle-1
 */
import * as v from "valibot";
import { int32, int64, intOrString, text, texts } from "./scalars.ts";
import { optional } from "./support.ts";

const execAction = v.strictObject({ command: optional(texts) });

const httpHeader = v.strictObject({ name: text, value: text });

const httpGetAction = v.strictObject({
  host: optional(text),
  httpHeaders: optional(v.array(httpHeader)),
  path: optional(text),
  port: intOrString,
  scheme: optional(text),
});

const tcpSocketAction = v.strictObject({ host: optional(text), port: intOrString });

const grpcAction = v.strictObject({ port: int32, service: optional(text) });

const sleepAction = v.strictObject({ seconds: int64 });

export const probe = v.strictObject({
  exec: optional(execAction),
  failureThreshold: optional(int32),
  grpc: optional(grpcAction),
  httpGet: optional(httpGetAction),
  initialDelaySeconds: optional(int32),
  periodSeconds: optional(int32),
  successThreshold: optional(int32),
  tcpSocket: optional(tcpSocketAction),
  terminationGracePeriodSeconds: optional(int64),
  timeoutSeconds: optional(int32),
});

const lifecycleHandler = v.strictObject({
  exec: optional(execAction),
  httpGet: optional(httpGetAction),
  sleep: optional(sleepAction),
  tcpSocket: optional(tcpSocketAction),
});

export const lifecycle = v.strictObject({
  postStart: optional(lifecycleHandler),
  preStop: optional(lifecycleHandler),
  stopSignal: optional(text),
});
