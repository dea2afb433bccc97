/** Reads --config and --config-dir into the pieces of configuration that they hold. */
import { dirname, extname, join, resolve } from "node:path/posix";
import { parseLocatedYaml, type Position, type YamlPath } from "../../core/located_yaml.ts";
import { nameValue } from "../../core/pod/schema_problem.ts";
import { isPlainMap } from "../../core/plain_map.ts";
import { messageOf } from "../../ports/errors.ts";
import { DEFAULT_CONFIG_FILE } from "../default_paths.ts";
import type { ConfigurationFiles } from "./files.ts";
import type { RunFlags } from "./flags.ts";
import { outsideKernel } from "./rule.ts";
import { type ConfigurationKind, type Problem, type Source, withAbsolutePaths } from "./source.ts";
import type { Tree } from "./tree.ts";

/** The API version of each kind. */
export const API_VERSIONS: Readonly<Record<ConfigurationKind, string>> = {
  KubeletConfiguration: "kubelet.config.k8s.io/v1beta1",
  SkerryConfiguration: "config.skerry.dev/v1alpha1",
};

/** What was read; with problems the sources are incomplete. */
export interface Documents {
  readonly sources: readonly Source[];
  readonly problems: readonly Problem[];
}

/** Reads all files, in the order in which each overrides the one before. */
export async function readDocuments(
  { flags, files, cwd }: {
    readonly flags: RunFlags;
    readonly files: ConfigurationFiles;
    readonly cwd: string;
  },
): Promise<Documents> {
  const main = await readMain(String(flags.config ?? ""), { files, cwd });
  const dropins = await readDropins(String(flags.configDir ?? ""), { files, cwd });
  return merged([main, ...dropins]);
}

interface Reader {
  readonly files: ConfigurationFiles;
  readonly cwd: string;
}

const NOTHING: Documents = { sources: [], problems: [] };

function problem(text: string): Documents {
  return { sources: [], problems: [text] };
}

function merged(all: readonly Documents[]): Documents {
  return {
    sources: all.flatMap(({ sources }) => sources),
    problems: all.flatMap(({ problems }) => problems),
  };
}

/** The file that was named must be there; the default one need not. */
async function readMain(named: string, reader: Reader): Promise<Documents> {
  const expected = outsideKernel(named);
  if (expected) return problem(`--config: expected ${expected}, found ${nameValue(named)}`);
  const missing = named === "" ? NOTHING : problem(`--config: ${named} does not exist`);
  return await readFile(named || DEFAULT_CONFIG_FILE, { reader, missing });
}

async function readFile(
  file: string,
  { reader, missing }: { readonly reader: Reader; readonly missing: Documents },
): Promise<Documents> {
  try {
    const content = await reader.files.readFile(file);
    return content === null ? missing : parseFile(file, { content, cwd: reader.cwd });
  } catch (err) {
    return problem(`${file}: cannot be read: ${messageOf(err)}`);
  }
}

/** As in the kubelet: all `*.conf` in the order of their names, with those of folders inside. */
async function readDropins(dir: string, reader: Reader): Promise<readonly Documents[]> {
  if (dir === "") return [];
  try {
    const names = await listDropins(dir, reader.files);
    if (names === null) return [problem(`--config-dir: ${dir} does not exist`)];
    const missing = NOTHING;
    return await Promise.all(names.map((name) => readFile(name, { reader, missing })));
  } catch (err) {
    return [problem(`--config-dir: ${dir} cannot be read: ${messageOf(err)}`)];
  }
}

async function listDropins(
  dir: string,
  files: ConfigurationFiles,
): Promise<readonly string[] | null> {
  const entries = await files.readDir(dir);
  if (entries === null) return null;
  const sorted = entries.toSorted((a, b) => a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
  const lists = await Promise.all(sorted.map(async ({ name, isDirectory }) => {
    const path = join(dir, name);
    if (isDirectory) return await listDropins(path, files) ?? [];
    return extname(name) === ".conf" || name === ".conf" ? [path] : [];
  }));
  return lists.flat();
}

function parseFile(
  file: string,
  { content, cwd }: { readonly content: Uint8Array; readonly cwd: string },
): Documents {
  const at = ({ line, column }: Position): string => `${file}:${line}:${column}`;
  const parsed = parseLocatedYaml(content);
  if (!parsed.ok) {
    return { sources: [], problems: parsed.error.map((each) => `${at(each)}: ${each.message}`) };
  }
  if (parsed.value.length === 0) {
    return problem(`${file}:1:1: expected a ${KINDS.join(" or a ")}, found nothing`);
  }
  const documents = parsed.value.map(({ value, locate }) =>
    sourceOf(value, {
      place: (path) => at(locate(path)),
      dir: dirname(resolve(cwd, file)),
    })
  );
  return withoutRepetition(merged(documents));
}

const KINDS: readonly string[] = Object.keys(API_VERSIONS);

function sourceOf(
  value: unknown,
  { place, dir }: { readonly place: Source["place"]; readonly dir: string },
): Documents {
  if (!isPlainMap(value)) {
    return problem(`${place([])}: expected a map of fields, found ${nameValue(value)}`);
  }
  const { apiVersion, kind, ...fields } = value;
  if (!isKind(kind)) {
    return problem(`${place(["kind"])}: kind: expected ${KINDS.join(" or ")}, found ${name(kind)}`);
  }
  if (apiVersion !== API_VERSIONS[kind]) {
    return problem(
      `${place(["apiVersion"])}: apiVersion: expected ${API_VERSIONS[kind]} for a ${kind}, ` +
        `found ${name(apiVersion)}`,
    );
  }
  return { sources: [fileSource({ kind, fields, place, dir })], problems: [] };
}

function isKind(kind: unknown): kind is ConfigurationKind {
  return typeof kind === "string" && KINDS.includes(kind);
}

function name(value: unknown): string {
  return typeof value === "string" ? value : nameValue(value);
}

function fileSource(
  { kind, fields, place, dir }: {
    readonly kind: ConfigurationKind;
    readonly fields: Tree;
    readonly place: (path: YamlPath) => string;
    readonly dir: string;
  },
): Source {
  return { kind, value: withAbsolutePaths(fields, { kind, dir }), from: "file", place };
}

/** Which of two documents of one kind wins would be a guess. */
function withoutRepetition(documents: Documents): Documents {
  const repeated = documents.sources.filter((source, index, all) =>
    all.findIndex(({ kind }) => kind === source.kind) !== index
  );
  const problems = repeated.map((source) =>
    `${source.place(["kind"])}: kind: expected one ${source.kind} in a file, found another`
  );
  return { sources: documents.sources, problems: [...documents.problems, ...problems] };
}
