/** Adds fields to a configuration file's text; comments and all else that is in it stay. */
import { Document, isMap, parseAllDocuments } from "yaml";
import { isPlainMap } from "../../core/plain_map.ts";
import { API_VERSIONS } from "../config/read_documents.ts";
import type { ConfigurationKind } from "../config/source.ts";
import type { Tree } from "../config/tree.ts";

export interface ConfigurationEdit {
  readonly kind: ConfigurationKind;
  /** Set where the file says nothing of them. */
  readonly defaults: Tree;
  /** Set whatever the file says. */
  readonly values: Tree;
}

/** The text must be one that the agent takes; "" for a file that is not there. */
export function editedConfiguration(text: string, edits: readonly ConfigurationEdit[]): string {
  const documents = documentsOf(text);
  let changed = false;
  for (const { kind, defaults, values } of edits) {
    const found = documents.find((document) => document.get("kind") === kind);
    const missing = Object.entries(defaults).filter(([name]) => found?.has(name) !== true);
    const wanted = [...missing, ...Object.entries(values)]
      .filter(([name, value]) => !isSame(found?.get(name), value));
    if (wanted.length === 0) continue;
    const document = found ?? newDocument(documents, kind);
    for (const [name, value] of wanted) {
      // A scalar takes the place of the one before in its node, whose comment stays.
      document.set(name, typeof value === "object" ? document.createNode(value) : value);
    }
    changed = true;
  }
  return changed ? textOf(documents) : text;
}

/** Top-level fields of each kind. */
export type KindFields = Readonly<Partial<Record<ConfigurationKind, Tree>>>;

/** The fields that one text has and the one before has not, with their values. */
export function addedFields(before: string, after: string): KindFields {
  const former = documentsOf(before);
  return Object.fromEntries(
    documentsOf(after).map((document) => {
      const kind = String(document.get("kind"));
      const old = former.find((each) => each.get("kind") === kind);
      const fields = Object.entries(plain(document)).filter(([name]) => old?.has(name) !== true);
      return [kind, Object.fromEntries(fields.filter(([name]) => !HEAD.includes(name)))];
    }),
  );
}

/** The text without these fields, where they still have these values; `undefined` stands for any. */
export function withoutFields(text: string, fields: KindFields): string {
  const documents = documentsOf(text);
  let changed = false;
  for (const document of documents) {
    const there = plain(document);
    const entries = Object.entries(fieldsOfKind(fields, document.get("kind")));
    for (const [name, value] of entries) {
      if (!(name in there) || (value !== undefined && !isSame(there[name], value))) continue;
      document.delete(name);
      changed = true;
    }
  }
  return changed ? textOf(documents) : text;
}

function fieldsOfKind(fields: KindFields, kind: unknown): Tree {
  if (kind === "KubeletConfiguration" || kind === "SkerryConfiguration") return fields[kind] ?? {};
  return {};
}

/** Every document has them. */
const HEAD: readonly string[] = ["apiVersion", "kind"];

function plain(document: Document): Tree {
  const value: unknown = document.toJS();
  return isPlainMap(value) ? value : {};
}

function documentsOf(text: string): Document[] {
  const parsed = parseAllDocuments(text, { version: "1.1", logLevel: "silent" });
  return Array.isArray(parsed) ? [...parsed] : [];
}

function isSame(node: unknown, value: unknown): boolean {
  return JSON.stringify(node) === JSON.stringify(value);
}

function newDocument(documents: Document[], kind: ConfigurationKind): Document {
  const document = new Document({ apiVersion: API_VERSIONS[kind], kind }, { version: "1.1" });
  documents.push(document);
  return document;
}

function textOf(documents: readonly Document[]): string {
  const options = { indentSeq: false, lineWidth: 0 } as const;
  return documents.filter(({ contents }) => isMap(contents))
    .map((document) => document.toString(options))
    .map((text, index) => index === 0 || text.startsWith("---") ? text : `---\n${text}`)
    .join("");
}
