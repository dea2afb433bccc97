/**
 * Strategic merge patches: JSON merge patches that know which lists are merged item by item.
 * @see https://github.com/kubernetes/community/blob/master/contributors/devel/sig-api-machinery/strategic-merge-patch.md
 */
import { isList, isObject, type Json, type JsonObject, same } from "./json.ts";

/** Lists of objects that are merged by a key; all others are replaced. From the patchMergeKey tags of k8s.io/api/core/v1. */
const mergeKeys: Readonly<Record<string, string>> = {
  addresses: "type",
  conditions: "type",
  containers: "name",
  env: "name",
  ephemeralContainers: "name",
  hostAliases: "ip",
  hostIPs: "ip",
  imagePullSecrets: "name",
  initContainers: "name",
  ownerReferences: "uid",
  podIPs: "ip",
  ports: "containerPort",
  resourceClaims: "name",
  resourceClaimStatuses: "name",
  secrets: "name",
  topologySpreadConstraints: "topologyKey",
  volumeDevices: "devicePath",
  volumeMounts: "mountPath",
  volumes: "name",
};

/** Lists of texts that are merged. */
const mergedSets: readonly string[] = ["finalizers", "podCIDRs"];

export function strategicMerge(target: Json | undefined, patch: JsonObject): JsonObject {
  const base = isObject(target) ? target : {};
  if (patch["$patch"] === "replace") return withoutDirectives(patch);
  if (patch["$patch"] === "delete") return {};
  const result: Record<string, Json> = { ...retained(base, patch) };
  for (const [key, value] of Object.entries(patch)) {
    if (key.startsWith("$deleteFromPrimitiveList/")) removeFrom(result, { key, value });
  }
  for (const [key, value] of Object.entries(patch)) {
    if (key.startsWith("$")) continue;
    if (value === null) delete result[key];
    else result[key] = merged(key, { before: result[key], value });
  }
  for (const [key, value] of Object.entries(patch)) {
    if (key.startsWith("$setElementOrder/")) putInOrder(result, { key, value });
  }
  return result;
}

/** `$retainKeys` drops all members that it does not name. */
function retained(base: JsonObject, patch: JsonObject): JsonObject {
  const keys = patch["$retainKeys"];
  if (!isList(keys)) return base;
  return Object.fromEntries(Object.entries(base).filter(([key]) => keys.includes(key)));
}

interface Change {
  readonly before: Json | undefined;
  readonly value: Json;
}

function merged(field: string, { before, value }: Change): Json {
  if (isObject(value)) return strategicMerge(before, value);
  if (!isList(value)) return value;
  if (mergedSets.includes(field)) return [...new Set([...isList(before) ? before : [], ...value])];
  const key = mergeKeys[field];
  if (key === undefined) return value;
  return mergedList({ before: isList(before) ? before : [], items: value }, key);
}

function mergedList(
  { before, items }: { readonly before: readonly Json[]; readonly items: readonly Json[] },
  key: string,
): Json {
  if (items.some((item) => isObject(item) && item["$patch"] === "replace")) {
    return items.filter((item) => !isObject(item) || item["$patch"] === undefined);
  }
  const result = [...before];
  for (const item of items) {
    if (!isObject(item)) continue;
    const at = result.findIndex((each) => isObject(each) && same(each[key], item[key]));
    if (item["$patch"] === "delete") {
      if (at >= 0) result.splice(at, 1);
    } else if (at >= 0) result[at] = strategicMerge(result[at], item);
    else result.push(withoutDirectives(item));
  }
  return result;
}

function withoutDirectives(item: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(item).filter(([key]) => !key.startsWith("$")));
}

interface Directive {
  /** `$name/FIELD`. */
  readonly key: string;
  readonly value: Json;
}

function removeFrom(result: Record<string, Json>, { key, value }: Directive): void {
  const field = key.slice(key.indexOf("/") + 1);
  const list = result[field];
  if (!isList(list) || !isList(value)) return;
  result[field] = list.filter((item) => !value.includes(item));
}

/** Items that the order names stand in that order; others stay behind those that they stood behind. */
function putInOrder(result: Record<string, Json>, { key, value }: Directive): void {
  const field = key.slice(key.indexOf("/") + 1);
  const list = result[field];
  if (!isList(list) || !isList(value)) return;
  const mergeKey = mergeKeys[field];
  const idOf = (item: Json): Json | undefined =>
    mergeKey !== undefined && isObject(item) ? item[mergeKey] : item;
  const rank = (item: Json): number => value.findIndex((each) => same(idOf(each), idOf(item)));
  const ordered = list.filter((item) => rank(item) >= 0).sort((a, b) => rank(a) - rank(b));
  result[field] = [...ordered, ...list.filter((item) => rank(item) < 0)];
}
