/** The configuration in use as /configz and /flagz show it: without what may be secret. */
import { isPlainMap } from "../../core/plain_map.ts";
import { formatDuration, parseDuration } from "../../core/duration.ts";
import { RUN_FLAGS, type RunFlag } from "../config/flags.ts";
import type { EffectiveFields } from "../config/configuration.ts";
import { valueAt } from "../config/tree.ts";

/** Maps of headers may hold passwords. */
const masked = "<masked>";

/** A KubeletConfiguration, with durations as Go writes them. */
export function configz({ kubelet }: EffectiveFields): Readonly<Record<string, unknown>> {
  const { staticPodURLHeader: headers, ...fields } = kubelet;
  return {
    ...Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, shown(value)])),
    ...(isPlainMap(headers) && {
      staticPodURLHeader: Object.fromEntries(Object.keys(headers).map((name) => [name, [masked]])),
    }),
    kind: "KubeletConfiguration",
    apiVersion: "kubelet.config.k8s.io/v1beta1",
  };
}

function shown(value: unknown): unknown {
  if (typeof value === "string") return shownText(value);
  if (!isPlainMap(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, shown(inner)]));
}

/** `1m` is `1m0s` to Go. */
function shownText(text: string): string {
  const duration = /^(?:\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h))+$/.test(text)
    ? parseDuration(text)
    : null;
  return duration?.ok === true ? formatDuration(duration.value) : text;
}

/** Each flag that has a value, set by it or not. */
export function flagz(effective: EffectiveFields): Readonly<Record<string, string>> {
  const flags: readonly RunFlag[] = RUN_FLAGS;
  return Object.fromEntries(flags.flatMap(({ name, field }) => {
    if (field === undefined) return [];
    const fields = field.kind === "KubeletConfiguration" ? effective.kubelet : effective.skerry;
    const value = valueAt(fields, field.path);
    return value === undefined ? [] : [[name, flagText(value)]];
  }));
}

/** Lists and maps as Go prints those of flags. */
function flagText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flagText).join(",")}]`;
  if (!isPlainMap(value)) return String(value);
  return Object.entries(value).map(([name, inner]) => `${name}=${flagText(inner)}`).join(",");
}
