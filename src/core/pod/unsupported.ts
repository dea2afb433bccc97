/** Which fields of a pod this agent cannot act on, found by the support markers of the schema. */
import { formatFieldPath } from "../field_path.ts";
import type { Container, Pod } from "../k8s.ts";
import type { YamlPath } from "../yaml_types.ts";
import { podSchema } from "./schema/pod.ts";
import { type AnySchema, type Support, viewOf } from "./schema/support.ts";

/**
 * The paths of all fields in use that are not supported, such as `spec.containers[0].resizePolicy`. What was added to the pod
 * later, its ephemeral containers, does not count against it.
 */
export function unsupportedFields(pod: Pod): readonly string[] {
  const { ephemeralContainers: _added, ...spec } = pod.spec;
  return pathsIn({ ...pod, spec });
}

/** Likewise of the one ephemeral container of that name; none for a container of another kind. */
export function unsupportedInEphemeral(
  pod: Pod,
  { name }: Pick<Container, "name">,
): readonly string[] {
  const index = (pod.spec.ephemeralContainers ?? []).findIndex((each) => each.name === name);
  return pathsIn(pod).filter((path) => path.startsWith(`spec.ephemeralContainers[${index}].`));
}

function pathsIn(pod: Pod): readonly string[] {
  return search({ schema: podSchema, value: pod, path: [] }).map(formatFieldPath);
}

/** A value with its schema and its place in the pod. */
interface Place {
  readonly schema: AnySchema;
  readonly value: unknown;
  readonly path: YamlPath;
}

function search({ schema, value, path }: Place): readonly YamlPath[] {
  const { support, shape } = viewOf(schema);
  if (support?.level === "unsupported") return asksForNothing(value, support) ? [] : [path];
  if (support !== undefined && support.level !== "supported") return [];
  switch (shape.kind) {
    case "scalar":
      return [];
    case "list":
      return listOf(value).flatMap((item, index) =>
        search({ schema: shape.item, value: item, path: [...path, index] })
      );
    case "map":
      return unknownKeys(value, support).map((key) => [...path, key]);
    case "object":
      return Object.entries(fieldsOf(value)).flatMap(([name, field]) => {
        const entry = shape.entries[name];
        return entry === undefined
          ? []
          : search({ schema: entry, value: field, path: [...path, name] });
      });
  }
}

function asksForNothing(value: unknown, { harmless }: Support): boolean {
  if (Array.isArray(value)) return value.length === 0;
  return harmless?.(value) ?? false;
}

function unknownKeys(value: unknown, support: Support | undefined): readonly string[] {
  const isKnown = support?.keys;
  return isKnown === undefined ? [] : Object.keys(fieldsOf(value)).filter((key) => !isKnown(key));
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}
