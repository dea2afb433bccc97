/** One watch: the changes after a version, as they come, until its end. */
import type { WatchEvent } from "../../core/kube/known_list.ts";
import type { KubeObject } from "../../core/kube/resource.ts";
import { collectionPath, queryText } from "../../core/kube/url.ts";
import { isPlainMap } from "../../core/plain_map.ts";
import type { ListQuery } from "../../ports/kube_api.ts";
import { createLineSplitter } from "./line_splitter.ts";
import type { Requests } from "./requests.ts";
import type { ResponseBody } from "./response_body.ts";
import { errorOfStatus, UnreadableWatch } from "./status_errors.ts";

/** Bookmarks come about each minute; after this long without a byte the link is dead, or the server has nothing for us. */
export const watchSilenceMs = 150_000;

/** etcd holds objects of 1.5 MB, or more where it is told so. */
const longestLine = 16 * 1024 * 1024;

export interface WatchOptions {
  readonly resourceVersion: string;
  /** The server ends the watch after it. */
  readonly timeoutSeconds: number;
  readonly signal: AbortSignal;
}

export interface Watch<T> extends Disposable {
  /** Changes that came together; undefined once the watch has ended in good order. Throws `KubeApi`'s errors, `Expired` among them. */
  read(): Promise<readonly WatchEvent<T>[] | undefined>;
}

export async function openWatch<T extends KubeObject>(
  requests: Requests,
  query: ListQuery,
  { resourceVersion, timeoutSeconds, signal }: WatchOptions,
): Promise<Watch<T>> {
  const parameters = {
    watch: true,
    allowWatchBookmarks: true,
    fieldSelector: query.fieldSelector,
    labelSelector: query.labelSelector,
    resourceVersion,
    timeoutSeconds,
  };
  const body = await requests.open({
    method: "GET",
    path: `${collectionPath(query)}${queryText(parameters)}`,
    limits: { silenceMs: watchSilenceMs },
    signal,
  });
  return watchOf<T>(body);
}

function watchOf<T>(body: ResponseBody): Watch<T> {
  const splitter = createLineSplitter({ longest: longestLine });
  return {
    async read() {
      for (let chunk = await body.read(); chunk !== undefined; chunk = await body.read()) {
        // Half a line at the end is dropped: it comes again with the next watch.
        const events = splitter.push(chunk).flatMap((line) => eventsOf<T>(line));
        if (events.length > 0) return events;
      }
      return undefined;
    },
    [Symbol.dispose]: () => body[Symbol.dispose](),
  };
}

const types: readonly string[] = ["ADDED", "MODIFIED", "DELETED", "BOOKMARK"];

/** None for a type that is not known. Throws what an `ERROR` line says. */
function eventsOf<T>(line: string): readonly WatchEvent<T>[] {
  const event: WatchEvent<T> | { readonly type: "ERROR"; readonly object: unknown } = parsed(line);
  if (event.type === "ERROR") throw errorOfStatus(event.object);
  if (!types.includes(event.type)) return [];
  if (!isPlainMap(event.object)) throw unreadable(line);
  return [event];
}

function parsed<T>(line: string): T {
  try {
    const value: T | null = JSON.parse(line);
    if (typeof value === "object" && value !== null) return value;
  } catch {
    // Said below.
  }
  throw unreadable(line);
}

function unreadable(line: string): UnreadableWatch {
  return new UnreadableWatch(`a line of a watch is no event: ${line.slice(0, 100)}`);
}
