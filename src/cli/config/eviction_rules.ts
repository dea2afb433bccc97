/**
 * The kubelet's checks of eviction thresholds.
 * @see https://kubernetes.io/docs/concepts/scheduling-eviction/node-pressure-eviction/
 */
import { parseDuration } from "../../core/duration.ts";
import { evictionSignals } from "../../core/node/eviction_threshold.ts";
import { parseQuantity } from "../../core/quantity.ts";
import type { KubeletSettings } from "./kubelet_defaults.ts";
import { type Check, type Finding, oneOf, type Rule } from "./rule.ts";

const signal = oneOf(...evictionSignals);

export const evictionRules: readonly Rule<KubeletSettings>[] = [
  thresholds("evictionHard", moreThanNothing),
  thresholds("evictionSoft", moreThanNothing),
  thresholds("evictionMinimumReclaim", amountOrPercent),
  thresholds("evictionSoftGracePeriod", gracePeriod),
  softNeedsGrace,
];

type Thresholds =
  | "evictionHard"
  | "evictionSoft"
  | "evictionMinimumReclaim"
  | "evictionSoftGracePeriod";

function thresholds(name: Thresholds, check: Check<string>): Rule<KubeletSettings> {
  return (settings) =>
    Object.entries(settings[name] ?? {}).flatMap(([key, value]) => {
      const signals = signal(key);
      if (signals !== undefined) {
        return [{ path: [name, key], message: `expected the signal ${signals}` }];
      }
      const expected = check(value);
      if (expected === undefined) return [];
      const message = `expected ${expected}, found ${JSON.stringify(value)}`;
      return [{ path: [name, key], message }];
    });
}

function amountOrPercent(value: string): string | undefined {
  const percent = /^(\d+(?:\.\d+)?)%$/.exec(value)?.[1];
  if (percent !== undefined) return Number(percent) <= 100 ? undefined : "at most 100%";
  const parsed = parseQuantity(value);
  return parsed.ok && parsed.value.nanos >= 0n
    ? undefined
    : 'a quantity such as "100Mi" or a share such as "10%"';
}

/** A share of 0% turns a threshold off; the quantity 0 would be one that is never crossed. */
function moreThanNothing(value: string): string | undefined {
  const wrong = amountOrPercent(value);
  if (wrong !== undefined || value.endsWith("%")) return wrong;
  const parsed = parseQuantity(value);
  return parsed.ok && parsed.value.nanos === 0n
    ? 'a quantity above 0 (or "0%" for none)'
    : undefined;
}

function gracePeriod(value: string): string | undefined {
  const parsed = parseDuration(value);
  return parsed.ok && parsed.value > 0 ? undefined : "a duration longer than 0s";
}

function softNeedsGrace(settings: KubeletSettings): readonly Finding[] {
  const periods = settings.evictionSoftGracePeriod ?? {};
  return Object.keys(settings.evictionSoft ?? {})
    .filter((key) => !Object.hasOwn(periods, key))
    .map((key) => ({
      path: ["evictionSoft", key],
      message: "expected a grace period for it in evictionSoftGracePeriod, found none",
    }));
}
