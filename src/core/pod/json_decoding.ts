/** A manifest's values as Kubernetes' JSON decoding takes them: what null means, and that a list is no map. */
import { type AnySchema, type FieldView, viewOf } from "./schema/support.ts";

/** Stands for a list where the schema has a map: the schema's library would take its indexes for keys. */
const misplacedList = Symbol("a list");

/**
 * The value without its nulls: fields are left out; in lists and maps, where something must stand, it is the empty value
 * of its type. What the schema does not know stays as it is, to be complained of.
 */
export function decoded(value: unknown, schema: AnySchema): unknown {
  const { shape } = viewOf(schema);
  if (value === null) return emptyOf(shape, schema);
  if (Array.isArray(value)) return decodedList(value, shape);
  if (typeof value !== "object") return value;
  const entries = Object.entries(value).flatMap((entry) => decodedField(shape, entry));
  return Object.fromEntries(entries);
}

type Shape = FieldView["shape"];
type Entry = readonly [key: string, value: unknown];

function decodedList(list: readonly unknown[], shape: Shape): unknown {
  if (shape.kind === "list") return list.map((item) => decoded(item, shape.item));
  return shape.kind === "scalar" ? list : misplacedList;
}

function decodedField(shape: Shape, [key, value]: Entry): readonly Entry[] {
  if (shape.kind === "map") return [[key, decoded(value, shape.value)]];
  const schema = shape.kind === "object" ? shape.entries[key] : undefined;
  if (schema === undefined) return [[key, value]];
  return value === null ? [] : [[key, decoded(value, schema)]];
}

function emptyOf(shape: Shape, schema: AnySchema): unknown {
  if (shape.kind === "list") return [];
  if (shape.kind === "object" || shape.kind === "map") return {};
  return schema.type === "string" ? "" : null;
}
