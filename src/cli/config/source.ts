/** Where pieces of configuration come from: documents of files, and flags. */
import { resolve } from "node:path/posix";
import type { YamlPath } from "../../core/yaml_types.ts";
import { isPlainMap } from "../../core/plain_map.ts";
import { type FieldRef, RUN_FLAGS, type RunFlag, type RunFlags } from "./flags.ts";
import { type Tree, valueAt, withValue } from "./tree.ts";

/** The two kinds of documents. */
export type ConfigurationKind = FieldRef["kind"];

/** A piece of configuration of one kind, with where each part of it was written. */
export interface Source {
  readonly kind: ConfigurationKind;
  readonly value: Tree;
  readonly from: "file" | "flag";
  /** `FILE:LINE:COLUMN` of a path, or the flag. */
  place(path: YamlPath): string;
}

/** A problem as it is shown: one line. */
export type Problem = string;

/** The line for a problem of a field; a flag is the whole place by itself. */
export function problemAt(
  source: Source,
  { path, name, message }: {
    readonly path: YamlPath;
    /** The path as text. */
    readonly name: string;
    readonly message: string;
  },
): Problem {
  const place = source.place(path);
  return source.from === "flag" || name === ""
    ? `${place}: ${message}`
    : `${place}: ${name}: ${message}`;
}

/** Fields that name files: relative to the file that says so, or to the working directory for a flag. */
const PATH_FIELDS: Readonly<Record<ConfigurationKind, readonly string[]>> = {
  KubeletConfiguration: ["staticPodPath", "resolvConf", "tlsCertFile", "tlsPrivateKeyFile"],
  SkerryConfiguration: [
    "rootDir",
    "bootstrapKubeconfig",
    "certDir",
    "imagesDir",
    "controlSocket",
    "registryConfig",
  ],
};

/** The value with its file names made absolute. */
export function withAbsolutePaths(
  value: Tree,
  { kind, dir }: { readonly kind: ConfigurationKind; readonly dir: string },
): Tree {
  return PATH_FIELDS[kind].reduce((tree, name) => {
    const path = tree[name];
    return typeof path === "string" && path !== "" ? { ...tree, [name]: resolve(dir, path) } : tree;
  }, value);
}

/** One source for each flag that was given and sets a field. */
export function flagSources(flags: RunFlags, { cwd }: { readonly cwd: string }): readonly Source[] {
  return RUN_FLAGS.flatMap((flag: RunFlag): readonly Source[] => {
    const given = valueAt(flags, [attributeName(flag.name)]);
    if (flag.field === undefined || given === undefined) return [];
    const { kind, path } = flag.field;
    const value = withValue({}, path, flagValue(flag, given));
    return [{
      kind,
      value: withAbsolutePaths(value, { kind, dir: cwd }),
      from: "flag",
      place: () => `--${flag.name}`,
    }];
  });
}

/** The name under which commander hands a flag over. */
export function attributeName(flag: string): string {
  return flag.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}

const TRUE = new Set(["1", "t", "T", "true", "TRUE", "True"]);
const FALSE = new Set(["0", "f", "F", "false", "FALSE", "False"]);

/** What cannot be read stays a text, of which the schema then says what was expected. */
function flagValue({ type }: RunFlag, given: unknown): unknown {
  if (typeof given !== "string") return given;
  if (type === "number") return /^[+-]?\d+$/.test(given) ? Number(given) : given;
  if (type !== "switch") return given;
  return TRUE.has(given) ? true : FALSE.has(given) ? false : given;
}

/** Whether a source says something of a path; null (take what was said before away) counts. */
export function sets(source: Source, path: YamlPath): boolean {
  const parent = valueAt(source.value, path.slice(0, -1));
  const step = path.at(-1);
  if (step === undefined) return true;
  return isPlainMap(parent)
    ? Object.hasOwn(parent, String(step))
    : Array.isArray(parent) && Number(step) in parent;
}
