/** Adds fields to a configuration file's text; comments and all else that is in it stay. */
import { Document, isMap, parseAllDocuments } from "yaml";
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
  const parsed = parseAllDocuments(text, { version: "1.1", logLevel: "silent" });
  const documents: Document[] = Array.isArray(parsed) ? [...parsed] : [];
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
