/** The markers of the configuration's schema: whether the agent acts on a field, or only knows it. */
import * as v from "valibot";
import { type AnySchema, optional } from "../../core/pod/schema/support.ts";

/** What a field's schema says besides its type. */
export interface Marker {
  /** False: the field is accepted, checked, and named in a warning. */
  readonly acted: boolean;
  /** For the table of the fields in docs/configuration.md. */
  readonly note: string;
}

type Marked<S extends AnySchema> = v.ExactOptionalSchema<
  v.SchemaWithPipe<
    readonly [S, v.MetadataAction<v.InferOutput<S>, { readonly marker: Marker }>]
  >,
  undefined
>;

function mark<S extends AnySchema>(schema: S, marker: Marker): Marked<S> {
  return optional(v.pipe(schema, v.metadata({ marker })));
}

/** The agent acts on the field; every field may be left out. */
export function acted<S extends AnySchema>(schema: S, note = ""): Marked<S> {
  return mark(schema, { acted: true, note });
}

/** The field is the kubelet's, and the agent does not act on it yet. */
export function known<S extends AnySchema>(schema: S, note = ""): Marked<S> {
  return mark(schema, { acted: false, note });
}

/** The marker of a field, seen through optionality. */
export function markerOf(schema: AnySchema): Marker | undefined {
  const field = isOptional(schema) ? schema.wrapped : schema;
  const metadata: { readonly marker?: Marker } = v.getMetadata(field);
  return metadata.marker;
}

function isOptional(schema: AnySchema): schema is v.ExactOptionalSchema<AnySchema, undefined> {
  return schema.type === "exact_optional";
}
