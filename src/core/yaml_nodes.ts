/** Small questions about the nodes of a parsed YAML document, and where a path leads in one. */
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type LineCounter,
  type Pair,
  type YAMLMap,
} from "yaml";
import type { Position, YamlPath } from "./yaml_types.ts";

/** A `<<` key. */
export function isMergeKey(pair: Pair): boolean {
  return isScalar(pair.key) && typeof pair.key.value === "symbol";
}

/** Numbers and booleans become texts as keys, as in JSON; null for anything that cannot be a key. */
export function keyOf(pair: Pair): string | null {
  if (!isScalar(pair.key)) return null;
  const value = pair.key.value;
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : null;
}

/** Where a node starts in the text. */
export function offsetOf(node: unknown): number | undefined {
  if (isScalar(node) || isMap(node) || isSeq(node) || isAlias(node)) return node.range?.[0];
  return undefined;
}

/** The place of an offset. */
export function position(lines: LineCounter, offset: number): Position {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(line, 1), column: Math.max(col, 1) };
}

/** The place of a path, or of its nearest ancestor that is there. */
export function locate(
  { document, lines, path }: {
    readonly document: Document.Parsed;
    readonly lines: LineCounter;
    readonly path: YamlPath;
  },
): Position {
  let node: unknown = document.contents;
  let offset = offsetOf(node) ?? 0;
  for (const step of path) {
    if (isAlias(node)) node = node.resolve(document);
    const next = isMap(node)
      ? findPair({ map: node, key: String(step), document })
      : isSeq(node) && typeof step === "number" && step in node.items
      ? { at: node.items[step], node: node.items[step] }
      : undefined;
    if (next === undefined) break;
    offset = offsetOf(next.at) ?? offset;
    node = next.node;
  }
  return position(lines, offset);
}

/** The pair of a key, looked up in what the map merges too. */
function findPair(
  { map, key, document }: {
    readonly map: YAMLMap;
    readonly key: string;
    readonly document: Document.Parsed;
  },
): { readonly at: unknown; readonly node: unknown } | undefined {
  const own = map.items.find((pair) => !isMergeKey(pair) && keyOf(pair) === key);
  if (own !== undefined) return { at: own.key, node: own.value };
  for (const pair of map.items.filter(isMergeKey)) {
    for (const source of isSeq(pair.value) ? pair.value.items : [pair.value]) {
      const target = isAlias(source) ? source.resolve(document) : source;
      const found = isMap(target) ? findPair({ map: target, key, document }) : undefined;
      if (found !== undefined) return found;
    }
  }
  return undefined;
}
