/** The agent's one local store, by what it holds. */
import type { StoreState } from "../core/store_state.ts";
import type { FactStore } from "./fact_store.ts";
import type { Journal } from "./journal.ts";
import type { MemoryStore } from "./memory_store.ts";
import type { ObjectStore } from "./object_store.ts";
import type { TokenStore } from "./token_store.ts";

/**
 * Calls that come together are made durable together. A store whose disk is full, read-only or gone gives what can be read, refuses
 * what is written with Unavailable, and is made to work again by `recover`.
 */
export interface Store {
  readonly memories: MemoryStore;
  readonly objects: ObjectStore;
  readonly tokens: TokenStore;
  readonly facts: FactStore;
  readonly journal: Journal;
  state(): StoreState;
  /** Where it cannot be written: tries whether it can again, which writes a page. Otherwise does nothing. Never throws. */
  recover(): Promise<void>;
  /**
   * Seals Secrets and tokens anew with a new key, all or none; gives how many. Throws Invalid where the key is not the agent's to
   * replace, Unavailable where the disk takes none.
   */
  rotateKey(): Promise<number>;
  /** What is under way is made durable first. */
  close(): Promise<void>;
}
