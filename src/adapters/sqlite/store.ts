/** Opens the agent's one local store, whatever state it is in. */
import type { Instant } from "../../core/instant.ts";
import type { Log } from "../../ports/log.ts";
import type { Store } from "../../ports/store.ts";
import { createTurns } from "../../ports/turns.ts";
import { createCommits } from "./commits.ts";
import { attempt, openConnection } from "./connection.ts";
import { factStore } from "./fact_store.ts";
import { journal } from "./journal.ts";
import { openKeyring } from "./keyring.ts";
import { memoryStore } from "./memory_store.ts";
import { objectStore } from "./object_store.ts";
import { rotateKey, settleKeys } from "./rotate_key.ts";
import type { KeyPlaces } from "./store_key.ts";
import { tokenStore } from "./token_store.ts";
import { countWrittenBytes } from "./written_bytes.ts";

const schema = [{ cause: "schema", bytes: 1 }] as const;

/** A rotation ends by itself. */
const neverAborted = new AbortController().signal;

export interface OpenOptions {
  readonly path: string;
  /** Where the key of Secrets and tokens may lie. */
  readonly keys: KeyPlaces;
  readonly log: Log;
  /** Dates the name of a store that is set aside. */
  readonly now: () => Instant;
}

/**
 * Opens the store; never throws, for pods come first. One that is damaged is set aside under a dated name, reported, and begun anew
 * with what can still be read of it. Where the disk takes none (it is full, read-only, not there), what can be read is read, and
 * nothing is written until it can be.
 */
export async function openStore({ path, keys, log, now }: OpenOptions): Promise<Store> {
  const written = countWrittenBytes();
  const connection = written.during(schema, () => openConnection({ path, log, now }));
  const commits = createCommits({ connection, written });
  const keyring = await openKeyring({ places: keys, log });
  const deps = { connection, commits, keyring, log };
  const turns = createTurns(1);

  /** A key that is on its way must not be written over by another. */
  async function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const release = await turns.take(neverAborted);
    try {
      return await work();
    } finally {
      release();
    }
  }

  async function settle(): Promise<void> {
    if (connection.problem() !== null) return;
    try {
      await settleKeys(deps);
    } catch (err) {
      log.warn("Could not seal the store with its new key, trying again", { err });
    }
  }

  await settle();
  return {
    memories: memoryStore(connection, commits),
    objects: objectStore(deps),
    tokens: tokenStore(deps),
    facts: factStore(connection, commits),
    journal: journal(connection, commits),
    state: () => ({
      problem: connection.problem(),
      setAside: connection.setAside(),
      key: keyring.state(),
      writtenBytes: written.byCause(),
    }),
    async recover() {
      written.during(schema, () => connection.recover());
      await keyring.look();
      await inTurn(settle);
    },
    rotateKey: () => inTurn(() => rotateKey(deps)),
    close: () =>
      attempt(() => {
        commits.flush();
        connection.close();
      }),
  };
}
