/** Compares how Kubernetes' suite ended on the kubelet and on Skerry. */
import type { SpecResult } from "./junit.ts";

/** Names of the specs that ran on both nodes, by who passed them. */
export interface Comparison {
  readonly both: readonly string[];
  readonly kubeletOnly: readonly string[];
  readonly skerryOnly: readonly string[];
  readonly neither: readonly string[];
}

/** A spec that ran on the kubelet only counts as failed on Skerry where `isWhole` says that all were to run. */
export function compareResults(
  { kubelet, skerry, isWhole }: {
    readonly kubelet: readonly SpecResult[];
    readonly skerry: readonly SpecResult[];
    readonly isWhole: boolean;
  },
): Comparison {
  const passedBySkerry = new Map(skerry.map(({ name, passed }) => [name, passed]));
  const compared = kubelet.filter(({ name }) => isWhole || passedBySkerry.has(name));
  const named = (wanted: { readonly kubelet: boolean; readonly skerry: boolean }) =>
    compared.filter(({ name, passed }) =>
      passed === wanted.kubelet && (passedBySkerry.get(name) ?? false) === wanted.skerry
    ).map(({ name }) => name);
  return {
    both: named({ kubelet: true, skerry: true }),
    kubeletOnly: named({ kubelet: true, skerry: false }),
    skerryOnly: named({ kubelet: false, skerry: true }),
    neither: named({ kubelet: false, skerry: false }),
  };
}
