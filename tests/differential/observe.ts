/** Follows the pods and events of a namespace: what a scenario waits for, and what is recorded of it. */
import type { Pod } from "../../src/core/k8s.ts";
import type { Api, WatchEvent } from "./api.ts";
import type { ApiEvent, Seen } from "./recording.ts";
import type { Condition, View } from "./scenario.ts";

export interface Observation {
  /** Throws, with what is seen instead, when the condition does not come to hold in time. */
  until(condition: Condition, options: { readonly timeoutMs: number }): Promise<void>;
  /** Everything so far, in order. */
  seen(): Seen;
  /** Ends the watches. */
  stop(): Promise<void>;
}

const INTERVAL_MS = 50;
const STOP_MS = 1_000;

export function observe(api: Api, namespace: string): Observation {
  const stopping = new AbortController();
  const statuses: Pod[] = [];
  const pods = new Map<string, Pod>();
  const events = new Map<string, ApiEvent>();

  function notePod({ type, object }: WatchEvent<Pod>): void {
    statuses.push(object);
    if (type === "DELETED") pods.delete(object.metadata.name);
    else pods.set(object.metadata.name, object);
  }

  function noteEvent({ type, object }: WatchEvent<ApiEvent>): void {
    if (type !== "DELETED") events.set(object.metadata.uid, object);
  }

  async function follow<T>(plural: string, note: (event: WatchEvent<T>) => void): Promise<void> {
    const path = `/api/v1/namespaces/${namespace}/${plural}`;
    try {
      for await (const event of api.watch<T>(path, stopping.signal)) note(event);
    } catch (error) {
      if (!stopping.signal.aborted) throw error;
    }
  }

  const watches = Promise.all([follow("pods", notePod), follow("events", noteEvent)]);
  // A watch that breaks fails the scenario when it is stopped.
  watches.catch(() => {});

  function view(): View {
    const reasons = [...events.values()].flatMap(({ reason = "", count = 1 }) =>
      Array.from({ length: count }, () => reason)
    );
    return { pods: [...pods.values()], reasons };
  }

  async function until(condition: Condition, { timeoutMs }: { timeoutMs: number }): Promise<void> {
    const end = Date.now() + timeoutMs;
    while (!condition.holds(view())) {
      if (Date.now() > end) throw new Error(`waited in vain until ${condition.what}`);
      await new Promise((resolve) => setTimeout(resolve, INTERVAL_MS));
    }
  }

  return {
    until,
    seen: () => ({ pods: statuses, events: [...events.values()] }),
    async stop() {
      stopping.abort();
      // Now and then a connection that is cut off does not say so.
      const patience = new Promise((resolve) => setTimeout(resolve, STOP_MS));
      await Promise.race([watches, patience]);
    },
  };
}
