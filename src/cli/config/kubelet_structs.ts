/** The schemas of the structures inside a KubeletConfiguration. */
import * as v from "valibot";
import { parseDuration } from "../../core/duration.ts";
import {
  flag,
  int32,
  int64,
  quantities,
  quantity,
  text,
  texts,
} from "../../core/pod/schema/scalars.ts";
import { optional } from "../../core/pod/schema/support.ts";
import { acted, known } from "./marker.ts";

/** A duration in Go's notation. Not a `v.string`: that quotes would help is not said, a number in quotes lacks its unit. */
export const duration = v.pipe(
  v.custom<string>((value) => typeof value === "string", 'expected a duration such as "1m30s"'),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    const parsed = parseDuration(dataset.value);
    if (!parsed.ok) addIssue({ message: parsed.error });
  }),
);

export const int32s = v.array(int32, "expected a list of numbers");
export const flagMap = v.record(text, flag, "expected a map of true and false");
export const textsMap = v.record(text, texts, "expected a map of lists of strings");
export const float = v.number("expected a number");

export const authentication = v.strictObject({
  x509: optional(v.strictObject({ clientCAFile: optional(text) })),
  webhook: optional(v.strictObject({ enabled: optional(flag), cacheTTL: optional(duration) })),
  anonymous: optional(v.strictObject({ enabled: optional(flag) })),
});

export const authorization = v.strictObject({
  mode: optional(text),
  webhook: optional(v.strictObject({
    cacheAuthorizedTTL: optional(duration),
    cacheUnauthorizedTTL: optional(duration),
  })),
});

export const memorySwap = v.strictObject({ swapBehavior: optional(text) });

export const memoryReservation = v.strictObject({
  numaNode: optional(int32),
  limits: optional(quantities),
});

export const shutdownByPriority = v.strictObject({
  priority: optional(int32),
  shutdownGracePeriodSeconds: optional(int64),
});

export const crashLoopBackOff = v.strictObject({
  maxContainerRestartPeriod: acted(duration, "1s to 5m; needs no feature gate"),
});

/** @see https://kubernetes.io/docs/reference/kubernetes-api/ (core/v1 Taint) */
export const taint = v.strictObject({
  key: optional(text),
  value: optional(text),
  effect: optional(text),
  timeAdded: optional(text),
});

/** @see https://pkg.go.dev/k8s.io/component-base/tracing/api/v1#TracingConfiguration */
export const tracing = v.strictObject({
  endpoint: optional(text),
  samplingRatePerMillion: optional(int32),
});

export const userNamespaces = v.strictObject({ idsPerPod: optional(int64) });

const routing = v.strictObject({
  splitStream: optional(flag),
  infoBufferSize: optional(quantity),
});

/** @see https://pkg.go.dev/k8s.io/component-base/logs/api/v1#LoggingConfiguration */
export const logging = v.strictObject({
  format: acted(text),
  flushFrequency: known(
    v.union([duration, int64], "expected a duration or a number of nanoseconds"),
    "every record is written at once",
  ),
  verbosity: acted(int32, "the levels of klog"),
  vmodule: known(
    v.array(
      v.strictObject({ filePattern: optional(text), verbosity: optional(int32) }),
      "expected a list",
    ),
  ),
  options: known(v.strictObject({ text: optional(routing), json: optional(routing) })),
});
