/** The support markers: each field of a pod says in its schema whether this agent acts on it. */
import * as v from "valibot";

/** How far a field is supported. */
export interface Support {
  /**
   * - supported: acted on as the kubelet does;
   * - accepted: allowed, and there is nothing for this node to do (the note says why);
   * - scheduler: read by the scheduler only, so there is nothing for any node to do;
   * - unsupported: a pod that uses the field fails admission.
   */
  readonly level: "supported" | "accepted" | "scheduler" | "unsupported";
  /** One line for the compatibility table; "" when the level says it all. */
  readonly note: string;
  /** Of an unsupported field: whether a value asks for nothing but what happens anyway. Empty lists always do. */
  readonly harmless?: (value: unknown) => boolean;
  /** Of a map: whether a key is supported; all are unless it says so. */
  readonly keys?: (key: string) => boolean;
}

/** Any valibot schema. */
export type AnySchema = v.GenericSchema;

/** A field that may be absent, but not undefined. */
export const optional: typeof v.exactOptional = v.exactOptional;

type Marked<S extends AnySchema> = v.SchemaWithPipe<
  readonly [
    S,
    v.MetadataAction<v.InferOutput<S>, { readonly support: Support }>,
  ]
>;

function mark<S extends AnySchema>(schema: S, support: Support): Marked<S> {
  return v.pipe(schema, v.metadata({ support }));
}

/** The agent acts on the field. */
export function supported<S extends AnySchema>(
  schema: S,
  more: Partial<Pick<Support, "note" | "keys">> = {},
): Marked<S> {
  return mark(schema, { note: "", ...more, level: "supported" });
}

/** The field may be there, and there is nothing to do for it. */
export function accepted<S extends AnySchema>(schema: S, note: string): Marked<S> {
  return mark(schema, { level: "accepted", note });
}

/** The field is for the scheduler. */
export function scheduler<S extends AnySchema>(schema: S): Marked<S> {
  return mark(schema, { level: "scheduler", note: "" });
}

/** A pod that uses the field is refused. */
export function unsupported<S extends AnySchema>(
  schema: S,
  more: Partial<Pick<Support, "note" | "harmless">> = {},
): Marked<S> {
  return mark(schema, { note: "", ...more, level: "unsupported" });
}

/** For `harmless`: the value is this one. */
export function is(expected: string | boolean): (value: unknown) => boolean {
  return (value) => value === expected;
}

/** For `harmless`: an object without fields. */
export function isEmptyObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}

/** What a schema is made of, seen through optionality and pipes. */
export interface FieldView {
  /** Nothing inside a marked unsupported field need be marked again. */
  readonly support: Support | undefined;
  readonly optional: boolean;
  readonly shape:
    | { readonly kind: "object"; readonly entries: Readonly<Record<string, AnySchema>> }
    | { readonly kind: "list"; readonly item: AnySchema }
    | { readonly kind: "map"; readonly value: AnySchema }
    | { readonly kind: "scalar" };
}

/** Looks into a schema; only the kinds used by the pod schema are known, anything else is a scalar. */
export function viewOf(schema: AnySchema): FieldView {
  if (isOptional(schema)) return { ...viewOf(schema.wrapped), optional: true };
  return { support: supportOf(schema), optional: false, shape: shapeOf(schema) };
}

function shapeOf(schema: AnySchema): FieldView["shape"] {
  if (isObject(schema)) return { kind: "object", entries: schema.entries };
  if (isList(schema)) return { kind: "list", item: schema.item };
  if (isMap(schema)) return { kind: "map", value: schema.value };
  return { kind: "scalar" };
}

function supportOf(schema: AnySchema): Support | undefined {
  const metadata: { readonly support?: Support } = v.getMetadata(schema);
  return metadata.support;
}

function isOptional(schema: AnySchema): schema is v.ExactOptionalSchema<AnySchema, undefined> {
  return schema.type === "exact_optional";
}

function isObject(
  schema: AnySchema,
): schema is v.StrictObjectSchema<Record<string, AnySchema>, undefined> {
  return schema.type === "strict_object";
}

function isList(schema: AnySchema): schema is v.ArraySchema<AnySchema, undefined> {
  return schema.type === "array";
}

function isMap(
  schema: AnySchema,
): schema is v.RecordSchema<v.StringSchema<undefined>, AnySchema, undefined> {
  return schema.type === "record";
}
