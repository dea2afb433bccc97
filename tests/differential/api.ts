/** Requests of an administrator to the cluster under test, as far as the comparison needs them. */

/** As `fetch`; the path begins with `/api`. Gives whatever the server answers. */
export type ApiFetch = (path: string, init?: RequestInit) => Promise<Response>;

export interface Api {
  create(path: string, object: unknown): Promise<void>;
  /** Whether there is an object at this path. */
  exists(path: string): Promise<boolean>;
  patch(path: string, patch: unknown): Promise<void>;
  delete(path: string, options?: { readonly gracePeriodSeconds?: number }): Promise<void>;
  /** Objects as a watch shows them, from the beginning; ends when the signal aborts. */
  watch<T>(path: string, signal: AbortSignal): AsyncIterable<WatchEvent<T>>;
}

export interface WatchEvent<T> {
  readonly type: "ADDED" | "MODIFIED" | "DELETED";
  readonly object: T;
}

const TIMEOUT_MS = 30_000;

export function createApi(fetch: ApiFetch): Api {
  async function send(method: string, path: string, body: unknown, type: string): Promise<void> {
    const response = await fetch(path, {
      method,
      headers: { "content-type": type },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  }

  async function exists(path: string): Promise<boolean> {
    const response = await fetch(path, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    await response.body?.cancel();
    return response.ok;
  }

  async function* watch<T>(path: string, signal: AbortSignal): AsyncGenerator<WatchEvent<T>> {
    const response = await fetch(`${path}?watch=true`, { signal });
    if (!response.ok || response.body === null) {
      throw new Error(`watch ${path}: ${response.status}`);
    }
    const decoder = new TextDecoder();
    let rest = "";
    for await (const chunk of response.body) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) yield JSON.parse(line);
    }
  }

  return {
    create: (path, object) => send("POST", path, object, "application/json"),
    exists,
    patch: (path, patch) => send("PATCH", path, patch, "application/strategic-merge-patch+json"),
    delete: (path, options = {}) => send("DELETE", path, options, "application/json"),
    watch,
  };
}
