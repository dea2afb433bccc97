/** One watch of the fake API server: lines of JSON until somebody ends it. */
import type { Clock } from "../../../src/ports/clock.ts";
import { child, type JsonObject } from "./json.ts";
import type { Target } from "./request_path.ts";
import { type Filter, filterOf } from "./selectors.ts";
import { gone } from "./status.ts";
import { type Change, collectionOf, type Store } from "./store.ts";

const bookmarkMs = 60_000;

/** The ends of a watch that tests bring about. */
export interface Watch {
  readonly response: Response;
  /** As a server does that goes down in good order. */
  end(): void;
  /** As a link that breaks: the reader gets an error. */
  reset(): void;
  /** Half of a line, then the end. */
  halfLine(): void;
  /** From now on nothing is sent, as over a dead link. */
  silence(): void;
}

export interface WatchRequest {
  readonly target: Target;
  readonly query: URLSearchParams;
  readonly signal: AbortSignal;
}

export function openWatch(
  { store, clock, watches }: {
    readonly store: Store;
    readonly clock: Clock;
    /** The open ones; this one is among them until it ends. */
    readonly watches: Set<Watch>;
  },
  { target, query, signal }: WatchRequest,
): Watch {
  const encoder = new TextEncoder();
  const filter = filterOf(query, target.namespace);
  const from = Number(query.get("resourceVersion") ?? 0);
  let open = true;
  let silent = false;
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  const stream = new ReadableStream<Uint8Array>({
    start: (each) => void (controller = each),
    cancel: () => close(() => {}),
  }, { highWaterMark: Infinity });

  const write = (text: string): void => {
    if (open && !silent) controller?.enqueue(encoder.encode(text));
  };
  const send = (type: string, object: JsonObject): void =>
    write(`${JSON.stringify({ type, object })}\n`);
  const close = (how: () => void): void => {
    if (!open) return;
    how();
    open = false;
    stopWatching();
    nextBookmark?.cancel();
    timeout?.cancel();
    signal.removeEventListener("abort", reset);
    watches.delete(watch);
  };
  const reset = (): void =>
    close(() => controller?.error(new TypeError("error reading a body from connection")));
  const tell = (change: Change): void => {
    if (change.collection !== collectionOf(target) || change.version <= from) return;
    const event = eventOf(change, filter);
    if (event !== undefined) send(event.type, event.object);
  };
  const bookmark = (): void => {
    // A reader that is ahead of the server hears nothing of it until it has come that far.
    if (store.version >= from) {
      const metadata = { resourceVersion: String(store.version), creationTimestamp: null };
      send("BOOKMARK", { apiVersion: target.apiVersion, metadata });
    }
    nextBookmark = clock.after(bookmarkMs, bookmark);
  };

  let nextBookmark = query.get("allowWatchBookmarks") === "true"
    ? clock.after(bookmarkMs, bookmark)
    : undefined;
  const seconds = Number(query.get("timeoutSeconds") ?? 0);
  const timeout = seconds > 0 ? clock.after(seconds * 1_000, () => watch.end()) : undefined;
  signal.addEventListener("abort", reset, { once: true });
  const stopWatching = store.watch(tell);

  const watch: Watch = {
    response: new Response(stream, { headers: { "content-type": "application/json" } }),
    end: () => close(() => controller?.close()),
    reset,
    halfLine: () =>
      close(() => {
        write('{"type":"MODIFIED","object":{"kind":"Pod","metadata":{"name":"ha');
        controller?.close();
      }),
    silence: () => void (silent = true),
  };

  watches.add(watch);
  if (from === 0) {
    for (const object of store.list(collectionOf(target)).filter(filter)) send("ADDED", object);
  } else if (from < store.oldest) {
    send("ERROR", gone().body());
    watch.end();
  } else for (const change of store.changesSince(from)) tell(change);
  return watch;
}

/** What a reader with this filter sees of a change: an object that no longer fits is gone for it. */
function eventOf(
  { before, after, version }: Change,
  filter: Filter,
): { readonly type: string; readonly object: JsonObject } | undefined {
  const was = before !== undefined && filter(before);
  const is = after !== undefined && filter(after);
  if (is) return { type: was ? "MODIFIED" : "ADDED", object: after };
  if (!was) return undefined;
  const metadata = { ...child(before, "metadata"), resourceVersion: String(version) };
  return { type: "DELETED", object: { ...before, metadata } };
}
