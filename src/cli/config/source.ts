/** Where pieces of configuration come from: documents of files, and flags. */
import { resolve } from "node:path/posix";
import type { YamlPath } from "../../core/yaml_types.ts";
import { isPlainMap } from "../../core/plain_map.ts";
import { flagValue } from "./flag_value.ts";
import { type FieldRef, RUN_FLAGS, type RunFlag, type RunFlags } from "./flags.ts";
import { type Tree, valueAt, withValue } from "./tree.ts";

/** The two kinds of documents. */
export type ConfigurationKind = FieldRef["kind"];

/** A piece of configuration of one kind, with where each part of it was written. */
export type Source = FileSource | FlagSource;

interface AnySource {
  readonly kind: ConfigurationKind;
  readonly value: Tree;
  /** `FILE:LINE:COLUMN` of a path, or the flag. */
  place(path: YamlPath): string;
}

export interface FileSource extends AnySource {
  readonly from: "file";
}

export interface FlagSource extends AnySource {
  readonly from: "flag";
  /** The one field that it sets. */
  readonly path: readonly string[];
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
const PATH_FIELDS: Readonly<Record<ConfigurationKind, readonly (readonly string[])[]>> = {
  KubeletConfiguration: [
    ["staticPodPath"],
    ["resolvConf"],
    ["tlsCertFile"],
    ["tlsPrivateKeyFile"],
    ["authentication", "x509", "clientCAFile"],
  ],
  SkerryConfiguration: [
    ["rootDir"],
    ["kubeconfig"],
    ["bootstrapKubeconfig"],
    ["certDir"],
    ["imagesDir"],
    ["controlSocket"],
    ["registryConfig"],
    ["storeKeyFile"],
    ["securityLog"],
    ["relay", "caFile"],
    ["relay", "certFile"],
    ["relay", "keyFile"],
    ["relay", "usernameFile"],
    ["relay", "passwordFile"],
    ["relay", "bridgeCAFile"],
  ],
};

/** The value with its file names made absolute. */
export function withAbsolutePaths(
  value: Tree,
  { kind, dir }: { readonly kind: ConfigurationKind; readonly dir: string },
): Tree {
  return PATH_FIELDS[kind].reduce((tree, field) => {
    const path = valueAt(tree, field);
    return typeof path === "string" && path !== ""
      ? withValue(tree, field, resolve(dir, path))
      : tree;
  }, value);
}

/** One source for each flag that was given and sets a field. */
export function flagSources(
  flags: RunFlags,
  { cwd }: { readonly cwd: string },
): { readonly sources: readonly Source[]; readonly problems: readonly Problem[] } {
  const sources: Source[] = [];
  const problems: Problem[] = [];
  RUN_FLAGS.forEach((flag: RunFlag) => {
    const given = valueAt(flags, [attributeName(flag.name)]);
    if (flag.field === undefined || given === undefined) return;
    const { kind, path } = flag.field;
    const place = (): string => `--${flag.name}`;
    const read = flagValue(flag, given);
    if (!read.ok) return void problems.push(`${place()}: ${read.error}`);
    const value = withAbsolutePaths(withValue({}, path, read.value), { kind, dir: cwd });
    sources.push({ kind, value, from: "flag", path, place });
  });
  return { sources, problems };
}

/** The name under which commander hands a flag over. */
export function attributeName(flag: string): string {
  return flag.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
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
