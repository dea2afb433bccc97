/** Small operations on configuration as plain maps: look up, leave out, merge. */
import { isPlainMap, type PlainMap } from "../../core/plain_map.ts";
import type { YamlPath } from "../../core/yaml_types.ts";

/** A map of YAML or JSON. */
export type Tree = PlainMap;

/** The value at a path; undefined where there is none. */
export function valueAt(tree: unknown, path: YamlPath): unknown {
  return path.reduce<unknown>((value, step) => {
    if (Array.isArray(value)) return value[Number(step)];
    return isPlainMap(value) && Object.hasOwn(value, step) ? value[step] : undefined;
  }, tree);
}

/** A copy with another value at a path, whose maps are made where they lack. */
export function withValue(tree: Tree, [step, ...rest]: readonly string[], value: unknown): Tree {
  if (step === undefined) return tree;
  const inner = tree[step];
  const next = rest.length === 0 ? value : withValue(isPlainMap(inner) ? inner : {}, rest, value);
  return { ...tree, [step]: next };
}

/** A copy without what is at a path. A list goes as a whole, for the indexes of the rest must stay. */
export function withoutValue(tree: Tree, [step, ...rest]: YamlPath): Tree {
  if (step === undefined) return tree;
  const inner = tree[step];
  if (rest.length > 0 && isPlainMap(inner)) return { ...tree, [step]: withoutValue(inner, rest) };
  return Object.fromEntries(Object.entries(tree).filter(([key]) => key !== String(step)));
}

/**
 * Lays `patch` over `base` as the kubelet lays drop-ins over its file: maps are merged, lists replaced, null takes away.
 * @see https://www.rfc-editor.org/rfc/rfc7386
 */
export function mergePatch(base: Tree, patch: Tree): Tree {
  const merged = new Map(Object.entries(base));
  for (const [key, value] of Object.entries(patch)) {
    const former = merged.get(key);
    if (value === null) merged.delete(key);
    else if (isPlainMap(value)) {
      merged.set(key, mergePatch(isPlainMap(former) ? former : {}, value));
    } else merged.set(key, value);
  }
  return Object.fromEntries(merged);
}
