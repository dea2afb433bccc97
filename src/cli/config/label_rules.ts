/** The kubelet's checks of the labels that a node gives itself. */
import { mayLabelItself, ownLabels, ownPrefixes } from "../../core/node/labels.ts";
import { labelValue, qualifiedName } from "../../core/pod/validate/names.ts";
import type { Finding, Rule } from "./rule.ts";
import type { SkerryFields } from "./skerry_schema.ts";

export const LABEL_RULES: readonly Rule<SkerryFields>[] = [names, values, allowed];

function labels({ nodeLabels = {} }: SkerryFields): readonly (readonly [string, string])[] {
  return Object.entries(nodeLabels);
}

function names(settings: SkerryFields): readonly Finding[] {
  return labels(settings).flatMap(([key]) =>
    qualifiedName(key).map((detail) => ({
      path: ["nodeLabels", key],
      message: `"${key}": ${detail}`,
    }))
  );
}

function values(settings: SkerryFields): readonly Finding[] {
  return labels(settings).flatMap(([key, value]) =>
    labelValue(value).map((detail) => ({
      path: ["nodeLabels", key],
      message: `"${key}": the value "${value}": ${detail}`,
    }))
  );
}

function allowed(settings: SkerryFields): readonly Finding[] {
  return labels(settings).filter(([key]) => !mayLabelItself(key)).map(([key]) => ({
    path: ["nodeLabels", key],
    message:
      `"${key}": a node may not give itself this label; of Kubernetes' own it may those with the ` +
      `prefixes ${ownPrefixes.join(" and ")}, and ${ownLabels.join(", ")}`,
  }));
}
