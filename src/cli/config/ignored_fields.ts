/** Finds the fields that are set and only known, for the one warning that lists them. */
import type { AnySchema } from "../../core/pod/schema/support.ts";
import { viewOf } from "../../core/pod/schema/support.ts";
import { formatFieldPath } from "../../core/field_path.ts";
import type { YamlPath } from "../../core/yaml_types.ts";
import { isPlainMap } from "../../core/plain_map.ts";
import { markerOf } from "./marker.ts";
import type { Source } from "./source.ts";

/** `field (FILE:LINE)` of every field in a source that is not acted on. */
export function ignoredFields(source: Source, schema: AnySchema): readonly string[] {
  return search({ schema, value: source.value, path: [] })
    .map((path) => `${formatFieldPath(path)} (${source.place(path).replace(/:\d+$/, "")})`);
}

function search(
  { schema, value, path }: {
    readonly schema: AnySchema;
    readonly value: unknown;
    readonly path: YamlPath;
  },
): readonly YamlPath[] {
  const marker = markerOf(schema);
  if (marker?.acted === false) return value === null ? [] : [path];
  const { shape } = viewOf(schema);
  if (shape.kind !== "object" || !isPlainMap(value)) return [];
  return Object.entries(value).flatMap(([name, inner]) => {
    const entry = shape.entries[name];
    return entry === undefined
      ? []
      : search({ schema: entry, value: inner, path: [...path, name] });
  });
}
