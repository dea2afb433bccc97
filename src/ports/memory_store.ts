/** Where the agent keeps what it must remember of its pods across restarts and reboots. */
import type { PodMemory } from "../core/pod/memory.ts";

/** Every call is durable when it resolves; a store that cannot write throws Unavailable and keeps what it had. */
export interface MemoryStore {
  /** All memories by pod UID. */
  load(): Promise<ReadonlyMap<string, PodMemory>>;
  save(uid: string, memory: PodMemory): Promise<void>;
  /** Idempotent. */
  remove(uid: string): Promise<void>;
}
