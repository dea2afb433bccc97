/** A pod's values as Kubernetes' JSON decoding takes them: what null means, and that a list is no map. */
import { type AnySchema, type FieldView, viewOf } from "./schema/support.ts";

/** Stands for a list where the schema has a map: the schema's library would take its indexes for keys. */
const misplacedList = Symbol("a list");

/**
 * What becomes of fields that the schema does not know: they stay, to be complained of, or are dropped, as by a client that
 * is older than its server.
 */
export type UnknownFields = "keep" | "drop";

/**
 * The value without its nulls: fields are left out; in lists and maps, where something must stand, it is the empty value
 * of its type.
 */
export function decoded(
  value: unknown,
  schema: AnySchema,
  unknown: UnknownFields = "keep",
): unknown {
  const { shape } = viewOf(schema);
  if (value === null) return emptyOf(shape, schema);
  if (Array.isArray(value)) return decodedList(value, shape, unknown);
  if (typeof value !== "object" || shape.kind === "scalar") return value;
  const entries = Object.entries(value).flatMap((entry) => decodedField(shape, entry, unknown));
  return Object.fromEntries(entries);
}

type Shape = FieldView["shape"];
type Entry = readonly [key: string, value: unknown];

function decodedList(list: readonly unknown[], shape: Shape, unknown: UnknownFields): unknown {
  if (shape.kind === "list") return list.map((item) => decoded(item, shape.item, unknown));
  return shape.kind === "scalar" ? list : misplacedList;
}

function decodedField(shape: Shape, [key, value]: Entry, unknown: UnknownFields): readonly Entry[] {
  if (shape.kind === "map") return [[key, decoded(value, shape.value, unknown)]];
  const schema = shape.kind === "object" ? shape.entries[key] : undefined;
  if (schema === undefined) return unknown === "keep" ? [[key, value]] : [];
  return value === null ? [] : [[key, decoded(value, schema, unknown)]];
}

function emptyOf(shape: Shape, schema: AnySchema): unknown {
  if (shape.kind === "list") return [];
  if (shape.kind === "object" || shape.kind === "map") return {};
  return schema.type === "string" ? "" : null;
}
