/** Null in a manifest, as Kubernetes' JSON decoding takes it: a field that is null is not there. */
import { type AnySchema, type FieldView, viewOf } from "./schema/support.ts";

/**
 * The value without its nulls: fields are left out; in lists and maps, where something must stand, it is the empty value
 * of its type. What the schema does not know stays as it is, to be complained of.
 */
export function dropNulls(value: unknown, schema: AnySchema): unknown {
  const { shape } = viewOf(schema);
  if (value === null) return emptyOf(shape, schema);
  if (Array.isArray(value)) {
    return shape.kind === "list" ? value.map((item) => dropNulls(item, shape.item)) : value;
  }
  if (typeof value !== "object") return value;
  const entries = Object.entries(value).flatMap(([key, field]) => dropField(shape, key, field));
  return Object.fromEntries(entries);
}

function dropField(
  shape: FieldView["shape"],
  key: string,
  field: unknown,
): readonly (readonly [string, unknown])[] {
  if (shape.kind === "map") return [[key, dropNulls(field, shape.value)]];
  const schema = shape.kind === "object" ? shape.entries[key] : undefined;
  if (schema === undefined) return [[key, field]];
  return field === null ? [] : [[key, dropNulls(field, schema)]];
}

function emptyOf(shape: FieldView["shape"], schema: AnySchema): unknown {
  if (shape.kind === "list") return [];
  if (shape.kind === "object" || shape.kind === "map") return {};
  return schema.type === "string" ? "" : null;
}
