/** Which pods must run after a power cut, by what the store had said before it. */
import { terminalPhase } from "../../src/core/pod/memory.ts";
import type { Promised } from "./promised.ts";

/**
 * - `Runs`: it was stored with all that it needs, and nothing of its end.
 * - `Over`: its end was stored, or that it is gone.
 * - `Ending`: that was being stored.
 * - `Unknown`: not all of it was stored. It cannot start, and nothing ends it where it runs.
 */
export type Expected = "Runs" | "Over" | "Ending" | "Unknown";

export interface StoryPod {
  /** Of the pod `default/NAME` with the UID `NAME-uid`. */
  readonly name: string;
  /** What the keys begin with of what it cannot start without. */
  readonly needs: readonly string[];
}

export function expectedOf({ name, needs }: StoryPod, promises: Promised): Expected {
  const objects = promises.get(`pods default/${name}`) ?? [];
  const memories = promises.get(`memory ${name}-uid`) ?? [null];
  if (objects.length > 0 && objects.every(isGone)) return "Over";
  if (memories.every(hasEnded)) return "Over";
  if (memories.some(hasEnded)) return "Ending";
  const [acknowledged = null] = objects;
  if (acknowledged === null) return "Unknown";
  if (objects.some(isGone)) return "Ending";
  return needs.every((need) => isStored(need, promises)) ? "Runs" : "Unknown";
}

function isStored(need: string, promises: Promised): boolean {
  return [...promises].some(([key, values]) => key.startsWith(need) && !values.includes(null));
}

/** Deleted, or the API server has heard of its end. */
function isGone(text: string | null): boolean {
  if (text === null) return true;
  const { metadata, status } = JSON.parse(text);
  return metadata.deletionTimestamp !== undefined || terminalPhase(status?.phase) !== undefined;
}

function hasEnded(memory: string | null): boolean {
  return memory !== null && JSON.parse(memory).phase !== undefined;
}
