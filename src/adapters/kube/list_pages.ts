/** Whole lists, fetched page by page. */
import { collectionPath, queryText } from "../../core/kube/url.ts";
import type { KubeObject } from "../../core/kube/resource.ts";
import { Unavailable } from "../../ports/errors.ts";
import type { KubeList, ListQuery } from "../../ports/kube_api.ts";
import type { Requests } from "./requests.ts";
import { Expired } from "./status_errors.ts";
import type { Limits } from "./time_limit.ts";

/** As client-go. */
const pageSize = 500;

/** A long list over a thin link takes its time, as long as it goes on. */
const limits: Limits = { silenceMs: 30_000, totalMs: 600_000 };

/** What the server sends. */
interface Page<T> {
  readonly metadata?: { readonly resourceVersion?: string; readonly continue?: string };
  readonly items?: readonly T[] | null;
}

export interface ListOptions {
  /** "0": whatever the server has in memory; "": the very last; otherwise at least this one. */
  readonly resourceVersion: string;
  readonly signal?: AbortSignal;
}

/** Objects of a list do not say what they are; these are told. */
export async function listAll<T extends KubeObject>(
  requests: Requests,
  query: ListQuery,
  options: ListOptions,
): Promise<KubeList<T>> {
  // From a version on there are no pages: the server would have to ask etcd for them.
  const limit = ["", "0"].includes(options.resourceVersion) ? pageSize : undefined;
  const pages: Page<T>[] = [];
  let token: string | undefined;
  do {
    try {
      const page: Page<T> = await fetchPage<T>(requests, query, { ...options, limit, token });
      pages.push(page);
      token = page.metadata?.continue;
    } catch (error) {
      if (token === undefined || token === "" || !(error instanceof Expired)) throw error;
      // The list outlived what the server remembers; in one piece it cannot.
      const whole = { ...options, resourceVersion: "", limit: undefined, token: undefined };
      return joined([await fetchPage<T>(requests, query, whole)], query);
    }
  } while (token !== undefined && token !== "");
  return joined(pages, query);
}

async function fetchPage<T>(
  requests: Requests,
  query: ListQuery,
  { resourceVersion, limit, token, signal }: ListOptions & {
    readonly limit: number | undefined;
    readonly token: string | undefined;
  },
): Promise<Page<T>> {
  const parameters = {
    fieldSelector: query.fieldSelector,
    labelSelector: query.labelSelector,
    limit,
    continue: token,
    // A page that follows another is of that one's version.
    resourceVersion: token === undefined ? resourceVersion : undefined,
  };
  const page = await requests.send<Page<T>>({
    method: "GET",
    path: `${collectionPath(query)}${queryText(parameters)}`,
    limits,
    ...(signal !== undefined && { signal }),
  });
  // Whoever else answers in the server's place must not make everything look gone.
  if ((page.metadata?.resourceVersion ?? "") === "") throw new Unavailable("the answer is no list");
  return page;
}

function joined<T>(
  pages: readonly Page<T>[],
  { resource: { apiVersion, kind } }: ListQuery,
): KubeList<T> {
  return {
    resourceVersion: pages.at(-1)?.metadata?.resourceVersion ?? "",
    items: pages.flatMap(({ items }) =>
      (items ?? []).map((item) => ({ apiVersion, kind, ...item }))
    ),
  };
}
