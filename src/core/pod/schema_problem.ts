/** What is wrong with a manifest by its schema, in words for the person who wrote it. */
import type * as v from "valibot";
import type { YamlPath } from "../yaml_types.ts";
import { type AnySchema, viewOf } from "./schema/support.ts";

/** The place in the value that an issue is about. */
export function issuePath({ path }: v.BaseIssue<unknown>): YamlPath {
  return (path ?? []).map(({ key }) => typeof key === "number" ? key : String(key));
}

/** One issue of the schema as "what is wrong, what was expected". */
export function describeIssue(
  issue: v.BaseIssue<unknown>,
  { root, path }: { readonly root: AnySchema; readonly path: readonly (string | number)[] },
): string {
  if (issue.type === "strict_object" && issue.expected === "never") {
    return unknownField(String(path.at(-1)), fieldsAt(root, path.slice(0, -1)));
  }
  if (issue.received === "undefined") return "required, but not there";
  if (issue.type === "raw_check") return issue.message;
  return `${expectation(issue)}, found ${nameValue(issue.input)}${quoteHint(issue)}`;
}

function expectation(issue: v.BaseIssue<unknown>): string {
  if (issue.type === "strict_object") return "expected a map of fields";
  return issue.message.startsWith("expected ") ? issue.message : "expected a list";
}

/** YAML makes numbers and booleans of texts that look like them. */
function quoteHint({ type, input }: v.BaseIssue<unknown>): string {
  const misread = typeof input === "number" || typeof input === "boolean";
  return type === "string" && misread ? " (in quotes it is a string)" : "";
}

/** More names than these are no help. */
const maxListed = 40;

/** Values longer than this are cut short. */
const maxShown = 40;

/** A value as it is called in a message. */
export function nameValue(value: unknown): string {
  if (value === null || value === undefined) return "nothing";
  if (typeof value === "symbol") return value.description ?? "something else";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "a map";
  const text = JSON.stringify(value);
  return text.length > maxShown ? `${text.slice(0, maxShown)}…` : text;
}

function unknownField(name: string, known: readonly string[]): string {
  const near = known.filter((field) => isNear(field.toLowerCase(), name.toLowerCase()));
  if (near.length > 0) return `unknown field; did you mean ${near.join(" or ")}?`;
  if (known.length > maxListed) return "unknown field; no known one is spelled like it";
  return `unknown field; expected one of ${known.join(", ")}`;
}

/** The names of the fields that the schema has at a path. */
function fieldsAt(root: AnySchema, path: readonly (string | number)[]): readonly string[] {
  let shape = viewOf(root).shape;
  for (const step of path) {
    const next = shape.kind === "object"
      ? shape.entries[step]
      : shape.kind === "list"
      ? shape.item
      : shape.kind === "map"
      ? shape.value
      : undefined;
    if (next === undefined) return [];
    shape = viewOf(next).shape;
  }
  return shape.kind === "object" ? Object.keys(shape.entries) : [];
}

/** Whether two words differ by no more than a slip of the finger for each four letters. */
function isNear(one: string, other: string): boolean {
  return distance(one, other) <= Math.ceil(other.length / 4);
}

/** Levenshtein's: how many letters must be added, dropped or changed. */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i++) {
    const above = row;
    row = [i];
    for (let j = 1; j <= other.length; j++) {
      const change = one[i - 1] === other[j - 1] ? 0 : 1;
      row.push(Math.min((above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (above[j - 1] ?? 0) + change));
    }
  }
  return row[other.length] ?? 0;
}
