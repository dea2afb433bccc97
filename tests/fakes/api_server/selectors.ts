/** Which objects a field or label selector means. */
import { child, type Json, type JsonObject, text } from "./json.ts";

export type Filter = (object: JsonObject) => boolean;

/** Selectors of `fieldSelector`, `labelSelector` and the path's namespace, all of which must agree. */
export function filterOf(query: URLSearchParams, namespace: string): Filter {
  const fields = terms(query.get("fieldSelector"));
  const labels = terms(query.get("labelSelector"));
  return (object) =>
    (namespace === "" || text(child(object, "metadata"), "namespace") === namespace) &&
    fields.every((term) => agrees(term, fieldOf(object, term.key))) &&
    labels.every((term) => agrees(term, child(child(object, "metadata"), "labels")[term.key]));
}

interface Term {
  readonly key: string;
  /** Without it the key need only be there. */
  readonly value: string | undefined;
  readonly equal: boolean;
}

function terms(selector: string | null): readonly Term[] {
  return (selector ?? "").split(",").filter((term) => term !== "").map((term) => {
    const [, key, operator, value] = /^([^=!]+?)\s*(==|=|!=)\s*(.*)$/.exec(term.trim()) ?? [];
    if (key === undefined) return { key: term.trim(), value: undefined, equal: true };
    return { key, value, equal: operator !== "!=" };
  });
}

function agrees({ value, equal }: Term, actual: Json | undefined): boolean {
  if (value === undefined) return actual !== undefined;
  return (String(actual ?? "") === value) === equal;
}

function fieldOf(object: JsonObject, path: string): Json | undefined {
  const keys = path.split(".");
  const last = keys.pop() ?? "";
  return keys.reduce(child, object)[last];
}
