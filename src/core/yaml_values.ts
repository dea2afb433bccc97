/** Turns the nodes of a parsed YAML document into plain values, within limits, with aliases and merges resolved. */
import { isAlias, isMap, isScalar, isSeq, type YAMLMap } from "yaml";
import { isPlainMap, type PlainMap } from "./plain_map.ts";
import { isMergeKey, keyOf, offsetOf } from "./yaml_nodes.ts";
import type { YamlLimits } from "./yaml_types.ts";

/** Takes a problem at an offset of the text. */
export type Report = (offset: number, message: string) => void;

/** A value and the number of values in it. */
export interface Sized {
  readonly value: unknown;
  readonly size: number;
}

/** One document being turned into plain values. */
interface Conversion {
  readonly report: Report;
  readonly limits: YamlLimits;
  /** What each anchor stands for at this point of the text; it is set when its node has ended, so nothing holds itself. */
  readonly anchors: Map<string, Sized>;
  /** Values so far; once it passes the limit the walk stops. */
  count: number;
  stopped: boolean;
}

/** Names that every JavaScript object has already; no field of Kubernetes is called so. */
const forbiddenKeys = new Set(["__proto__", "constructor", "prototype"]);

const NOTHING: Sized = { value: null, size: 1 };

/** Gives the document's value and its size. Problems are reported; the value is of no use then. */
export function convertDocument(
  { contents, report, limits }: {
    readonly contents: unknown;
    readonly report: Report;
    readonly limits: YamlLimits;
  },
): Sized {
  const conversion = { report, limits, anchors: new Map(), count: 0, stopped: false };
  const { value } = convertNode(conversion, { node: contents, depth: 1, at: 0 });
  return { value, size: conversion.count };
}

interface Place {
  readonly node: unknown;
  readonly depth: number;
  /** The offset to name for a node that has none of its own. */
  readonly at: number;
}

function convertNode(conversion: Conversion, place: Place): Sized {
  const { node, depth } = place;
  if (conversion.stopped || node === null || node === undefined) return NOTHING;
  const at = offsetOf(node) ?? place.at;
  if (depth > conversion.limits.maxDepth) return stop(conversion, at, tooDeep(conversion.limits));
  if (isAlias(node)) return convertAlias(conversion, { name: node.source, at });
  if (!count(conversion, { values: 1, at })) return NOTHING;
  const before = conversion.count;
  const value = isMap(node)
    ? convertMap(conversion, { node, depth, at })
    : isSeq(node)
    ? node.items.map((item) => convertNode(conversion, { node: item, depth: depth + 1, at }).value)
    : isScalar(node)
    ? plainScalar(node.value)
    : null;
  const sized = { value, size: conversion.count - before + 1 };
  const anchor = isMap(node) || isSeq(node) || isScalar(node) ? node.anchor : undefined;
  if (anchor !== undefined) conversion.anchors.set(anchor, sized);
  return sized;
}

function plainScalar(value: unknown): unknown {
  return typeof value === "symbol" ? value.description : value;
}

function convertAlias(
  conversion: Conversion,
  alias: { readonly name: string; readonly at: number },
): Sized {
  const target = conversion.anchors.get(alias.name);
  if (target === undefined) {
    conversion.report(alias.at, `the alias *${alias.name} has no anchor before it`);
    return NOTHING;
  }
  return count(conversion, { values: target.size, at: alias.at }) ? target : NOTHING;
}

function count(
  conversion: Conversion,
  { values, at }: { readonly values: number; readonly at: number },
): boolean {
  conversion.count += values;
  if (conversion.count <= conversion.limits.maxValues) return true;
  stop(conversion, at, `too many values (aliases count as what they stand for)`);
  return false;
}

function stop(conversion: Conversion, at: number, message: string): Sized {
  if (!conversion.stopped) conversion.report(at, message);
  conversion.stopped = true;
  return NOTHING;
}

function convertMap(
  conversion: Conversion,
  { node, depth, at }: {
    readonly node: YAMLMap;
    readonly depth: number;
    readonly at: number;
  },
): PlainMap {
  const own = new Map<string, unknown>();
  const merged: unknown[] = [];
  for (const pair of node.items) {
    const keyAt = offsetOf(pair.key) ?? at;
    const { value } = convertNode(conversion, { node: pair.value, depth: depth + 1, at: keyAt });
    const key = keyOf(pair);
    if (isMergeKey(pair)) merged.push(...(Array.isArray(value) ? value : [value]));
    else if (key === null) conversion.report(keyAt, "a key must be a text");
    else if (forbiddenKeys.has(key)) conversion.report(keyAt, `the key "${key}" is not allowed`);
    else if (own.has(key)) conversion.report(keyAt, `the key "${key}" is there twice`);
    else own.set(key, value);
  }
  for (const source of merged) {
    if (!isPlainMap(source)) {
      conversion.report(at, `"<<" can only merge maps`);
      continue;
    }
    Object.entries(source).forEach(([key, value]) => own.has(key) || own.set(key, value));
  }
  return Object.fromEntries(own);
}

/** The message for both places that notice it. */
export function tooDeep(limits: Pick<YamlLimits, "maxDepth">): string {
  return `nested deeper than ${limits.maxDepth} levels`;
}
