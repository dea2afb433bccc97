/** YAML (and JSON) text to plain values that remember where in the text they came from. */
import {
  type Document,
  isScalar,
  LineCounter,
  parseAllDocuments,
  type ParsedNode,
  type Tags,
} from "yaml";
import { failure, type Result, success } from "./result.ts";
import { locate, position } from "./yaml_nodes.ts";
import { problemAt, readText } from "./yaml_text.ts";
import {
  DEFAULT_YAML_LIMITS,
  type Position,
  type YamlLimits,
  type YamlPath,
  type YamlProblem,
} from "./yaml_types.ts";
import { convertDocument, type Report, tooDeep } from "./yaml_values.ts";
import { boundedWork } from "./yaml_work.ts";

export type { Position, YamlLimits, YamlPath, YamlProblem } from "./yaml_types.ts";

/** One document of the text. */
export interface LocatedDocument {
  /** Maps are objects, lists arrays; anchors that are used twice are the same object, so do not change it. */
  readonly value: unknown;
  /** The place of the key or list item; of its nearest ancestor that is there, when the path itself is not. */
  locate(path: YamlPath): Position;
}

/** More problems than these help nobody; the first ones are reported. */
const MAX_PROBLEMS = 20;

/**
 * Reads every document that is not empty. The rules are those of Kubernetes' own reader: YAML 1.1 (`yes` is a boolean,
 * `0644` is octal, `<<` merges), where times and `22:22` stay texts; besides, a key that is there twice is an error.
 * @see https://pkg.go.dev/sigs.k8s.io/yaml
 */
export function parseLocatedYaml(
  input: string | Uint8Array,
  overrides: Partial<YamlLimits> = {},
): Result<readonly LocatedDocument[], readonly YamlProblem[]> {
  const limits = { ...DEFAULT_YAML_LIMITS, ...overrides };
  const text = readText(input, limits);
  if (!text.ok) return failure([text.error]);
  const lines = new LineCounter();
  const bounded = boundedWork(text.value, limits);
  if (!bounded.ok) return failure([problemAt(text.value, bounded.error)]);
  const documents = parseAllDocuments(text.value, { ...PARSE_OPTIONS, lineCounter: lines })
    .filter((document) => document.errors.length > 0 || !isEmpty(document));
  if (documents.length > limits.maxDocuments) {
    return failure([{ line: 1, column: 1, message: `more than ${limits.maxDocuments} documents` }]);
  }
  return convertAll({ documents, lines, limits });
}

/** Of YAML 1.1 these types stay texts, as Kubernetes' reader leaves them. */
const UNUSED_TAGS = new Set(
  ["timestamp", "binary", "omap", "pairs", "set"].map((name) => `tag:yaml.org,2002:${name}`),
);

/** `0o17`, which YAML 1.2 writes and Kubernetes' reader takes too. */
const MODERN_OCTAL = {
  default: true,
  tag: "tag:yaml.org,2002:int",
  test: /^0o[0-7]+$/,
  resolve: (text: string): number => parseInt(text.slice(2), 8),
} as const;

const PARSE_OPTIONS = {
  version: "1.1",
  prettyErrors: false,
  logLevel: "silent",
  // The library compares each key with each other one (40,000 keys take 38 s); `convertMap` is linear.
  uniqueKeys: false,
  customTags: (tags: Tags): Tags => [
    MODERN_OCTAL,
    ...tags.filter((tag) =>
      typeof tag === "string" || (!UNUSED_TAGS.has(tag.tag) && tag.format !== "TIME")
    ),
  ],
} as const;

function isEmpty(document: Parsed): boolean {
  const contents = document.contents;
  return contents === null || (isScalar(contents) && contents.value === null);
}

type Parsed = Document.Parsed<ParsedNode, true>;

function convertAll(
  { documents, lines, limits }: {
    readonly documents: readonly Parsed[];
    readonly lines: LineCounter;
    readonly limits: YamlLimits;
  },
): Result<readonly LocatedDocument[], readonly YamlProblem[]> {
  const problems: YamlProblem[] = [];
  const report: Report = (offset, message) => {
    const problem = { ...position(lines, offset), message };
    if (problems.length < MAX_PROBLEMS && !problems.some(isSame(problem))) problems.push(problem);
  };
  const values: LocatedDocument[] = [];
  let left = limits.maxValues;
  for (const document of documents) {
    const issues = [...document.errors, ...document.warnings];
    issues.forEach((issue) => report(issue.pos[0], syntaxMessage(issue, limits)));
    if (issues.length > 0) continue;
    const converted = convertDocument({
      contents: document.contents,
      report,
      limits: { ...limits, maxValues: left },
    });
    left -= converted.size;
    values.push({ value: converted.value, locate: (path) => locate({ document, lines, path }) });
  }
  return problems.length > 0 ? failure(problems) : success(values);
}

/** The library may find the same thing wrong many times over, such as a bracket that is never closed. */
function isSame({ line, column, message }: YamlProblem): (other: YamlProblem) => boolean {
  return (other) => other.line === line && other.column === column && other.message === message;
}

/** The library's messages are good, but for the one that stands for deep nesting. */
function syntaxMessage(
  issue: { readonly code: string; readonly message: string },
  limits: YamlLimits,
): string {
  if (issue.code === "RESOURCE_EXHAUSTION") return tooDeep(limits);
  return issue.message;
}
