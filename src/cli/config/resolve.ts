/** Puts the pieces of one kind of configuration together and checks the whole. */
import * as v from "valibot";
import { parseDuration } from "../../core/duration.ts";
import { formatFieldPath } from "../../core/field_path.ts";
import { decoded } from "../../core/pod/json_decoding.ts";
import type { AnySchema } from "../../core/pod/schema/support.ts";
import type { Filled } from "./filled.ts";
import type { Finding, Rule } from "./rule.ts";
import {
  type ConfigurationKind,
  type FlagSource,
  type Problem,
  problemAt,
  sets,
  type Source,
} from "./source.ts";
import { mergePatch, type Tree, valueAt, withoutValue, withValue } from "./tree.ts";
import { wellFormed } from "./well_formed.ts";

/** All there is to know about one kind. */
export interface KindSpec<S extends AnySchema, Defaults extends Tree> {
  readonly kind: ConfigurationKind;
  readonly schema: S;
  readonly defaults: Defaults;
  /** Paths whose empty text, or whose duration of nothing or number 0, in a file stands for the default. */
  readonly emptyIsDefault: readonly (readonly string[])[];
  readonly zeroIsDefault: readonly (readonly string[])[];
  readonly rules: readonly Rule<Filled<v.InferOutput<S>, Defaults>>[];
}

/** The whole, its problems, and the pieces that it was made of. */
export interface Resolved<Settings> {
  readonly settings: Settings;
  readonly problems: readonly Problem[];
  readonly sources: readonly Source[];
}

/** Flags over files over defaults; among files the later over the earlier. */
export function resolveKind<S extends AnySchema, Defaults extends Tree>(
  spec: KindSpec<S, Defaults>,
  all: readonly Source[],
): Resolved<Filled<v.InferOutput<S>, Defaults>> {
  const checked = all.filter(({ kind }) => kind === spec.kind)
    .map((source) => wellFormed(source, spec.schema));
  const sources = checked.map(({ source }) => source);
  const files = sources.filter(({ from }) => from === "file").map(({ value }) => value);
  const configured = withoutZeros(files.reduce(mergePatch, {}), spec);
  const flags = sources.flatMap((source) => source.from === "flag" ? [source] : []);
  const settings = typed(spec, flags.reduce(withFlag, mergePatch(spec.defaults, configured)));
  const findings = spec.rules.flatMap((rule) => rule(settings));
  return {
    settings,
    sources,
    problems: [
      ...checked.flatMap(({ problems }) => problems),
      ...findings.map((finding) => problemOf(finding, sources)),
    ],
  };
}

/** A map that a flag gives takes the place of the files', as with the kubelet. */
function withFlag(tree: Tree, { value, path }: FlagSource): Tree {
  const given = valueAt(value, path);
  return given === undefined ? tree : withValue(tree, path, given);
}

/** Every piece has passed the schema and the defaults fill their fields, so the whole is of this type. */
function typed<S extends AnySchema, Defaults extends Tree>(
  spec: KindSpec<S, Defaults>,
  whole: Tree,
): Filled<v.InferOutput<S>, Defaults> {
  return v.parse(spec.schema, decoded(whole, spec.schema)) as Filled<v.InferOutput<S>, Defaults>;
}

function withoutZeros(
  files: Tree,
  { emptyIsDefault, zeroIsDefault }: Pick<
    KindSpec<AnySchema, Tree>,
    "emptyIsDefault" | "zeroIsDefault"
  >,
): Tree {
  const zeros = [
    ...emptyIsDefault.filter((path) => valueAt(files, path) === ""),
    ...zeroIsDefault.filter((path) => isZero(valueAt(files, path))),
  ];
  return zeros.reduce((tree, path) => withoutValue(tree, path), files);
}

function isZero(value: unknown): boolean {
  if (typeof value !== "string") return value === 0;
  const parsed = parseDuration(value);
  return parsed.ok && parsed.value === 0;
}

/** The line for a finding, at the source that had the last word on the field. */
function problemOf({ path, or, message }: Finding, sources: readonly Source[]): Problem {
  const name = formatFieldPath(path);
  for (const candidate of or === undefined ? [path] : [path, or]) {
    const source = sources.findLast((each) => sets(each, candidate));
    if (source !== undefined) {
      return problemAt(source, { path: candidate, name: formatFieldPath(candidate), message });
    }
  }
  return `${name}: ${message}`;
}
