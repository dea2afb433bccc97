/** Lists of the fake API server, whole or page by page. */
import { child, type JsonObject, text } from "./json.ts";
import type { Target } from "./request_path.ts";
import { filterOf } from "./selectors.ts";
import { gone, tooLargeVersion } from "./status.ts";
import { collectionOf, type Store } from "./store.ts";

/** Lists of version "0" come from the watch cache, which knows no pages. */
export function listOf(store: Store, target: Target, query: URLSearchParams): JsonObject {
  const wanted = query.get("resourceVersion") ?? "";
  if (Number(wanted) > store.version) throw tooLargeVersion(Number(wanted), store.version);
  const all = store.list(collectionOf(target)).filter(filterOf(query, target.namespace));
  const limit = wanted === "0" ? 0 : Number(query.get("limit") ?? 0);
  const { start, version } = pageOf(query.get("continue"), store);
  const items = limit > 0 ? all.slice(start, start + limit) : all;
  const more = start + items.length < all.length;
  return {
    kind: `${text(items[0] ?? {}, "kind") ?? ""}List`,
    apiVersion: target.apiVersion,
    metadata: {
      resourceVersion: String(version),
      ...(more && { continue: `${version}.${start + items.length}` }),
    },
    // As the real one does: items of a list do not say what they are.
    items: items.map(withoutKind),
  };
}

function pageOf(
  token: string | null,
  store: Store,
): { readonly start: number; readonly version: number } {
  if (token === null || token === "") return { start: 0, version: store.version };
  const [version = 0, start = 0] = token.split(".").map(Number);
  if (version < store.oldest) throw gone();
  return { start, version };
}

function withoutKind(object: JsonObject): JsonObject {
  const { kind: _kind, apiVersion: _apiVersion, ...rest } = object;
  return { ...rest, metadata: child(object, "metadata") };
}
