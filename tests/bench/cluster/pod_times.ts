/** Measures pods as a watch on the API server sees them: from being bound to a node to being Running. */
import type { Pod } from "../../../src/core/k8s.ts";
import { FOREVER, scriptPod } from "../../e2e/manifest.ts";
import type { Cluster } from "../../lab/cluster.ts";
import { waitUntil } from "../../lab/processes.ts";

/** What a watch has seen of a pod, by `performance.now()`. */
interface Times {
  bound?: number;
  running?: number;
  isGone?: boolean;
}

/** A watch on all pods of the namespace default. */
export interface PodTimes extends AsyncDisposable {
  /** Creates pods of these names on the node, side by side; gives the milliseconds that each took to run. */
  start(names: readonly string[], nodeName: string): Promise<readonly number[]>;
  /** Deletes pods and waits until they are gone. */
  remove(names: readonly string[]): Promise<void>;
}

const TIMEOUT_MS = 120_000;
const PODS = "/api/v1/namespaces/default/pods";

export async function watchPods(cluster: Cluster): Promise<PodTimes> {
  const seen = new Map<string, Times>();
  const stop = new AbortController();
  const response = await cluster.fetch(`${PODS}?watch=1`, { signal: stop.signal });
  const ended = readEvents(response, seen).catch((error: unknown) => {
    if (!stop.signal.aborted) throw error;
  });

  async function until(what: string, names: readonly string[], isSo: (times: Times) => boolean) {
    const all = () => names.every((name) => isSo(seen.get(name) ?? {}));
    if (await waitUntil(all, { timeoutMs: TIMEOUT_MS, intervalMs: 5 })) return;
    throw new Error(`not all of ${names.length} pods came to be ${what}`);
  }

  return {
    start: async (names, nodeName) => {
      await Promise.all(names.map((name) => create(cluster, { name, nodeName })));
      await until("Running", names, ({ running }) => running !== undefined);
      return names.map((name) => {
        const { bound = NaN, running = NaN } = seen.get(name) ?? {};
        return running - bound;
      });
    },
    remove: async (names) => {
      await Promise.all(
        names.map((name) => request(cluster, `${PODS}/${name}`, { method: "DELETE" })),
      );
      await until("gone", names, ({ isGone }) => isGone === true);
      for (const name of names) seen.delete(name);
    },
    [Symbol.asyncDispose]: async () => {
      stop.abort();
      await ended;
    },
  };
}

async function readEvents(response: Response, seen: Map<string, Times>): Promise<void> {
  if (response.body === null) throw new Error("the watch has no body");
  let rest = "";
  for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
    const now = performance.now();
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) note(JSON.parse(line), { seen, now });
  }
}

interface WatchEvent {
  readonly type: string;
  readonly object: Pod;
}

function note(
  { type, object: { metadata, spec, status } }: WatchEvent,
  { seen, now }: { readonly seen: Map<string, Times>; readonly now: number },
): void {
  const times = seen.get(metadata.name) ?? {};
  seen.set(metadata.name, times);
  if (spec.nodeName !== undefined) times.bound ??= now;
  if (status?.phase === "Running") times.running ??= now;
  if (type === "DELETED") times.isGone = true;
}

/** A pod as small as a pod can be, with a service account's token like every other. */
async function create(
  cluster: Cluster,
  { name, nodeName }: { readonly name: string; readonly nodeName: string },
): Promise<void> {
  const body = JSON.stringify(scriptPod(name, FOREVER, { nodeName }));
  const headers = { "content-type": "application/json" };
  await request(cluster, PODS, { method: "POST", headers, body });
}

async function request(cluster: Cluster, path: string, init: RequestInit): Promise<void> {
  const response = await cluster.fetch(path, init);
  const text = await response.text();
  if (!response.ok) throw new Error(`${init.method} ${path}: ${response.status}: ${text}`);
}
