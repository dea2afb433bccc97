/** The keys of the store: seals with one, opens with those that came before as well. */
import type { KeyState, WriteCause } from "../../core/store_state.ts";
import { Unavailable } from "../../ports/errors.ts";
import type { Log } from "../../ports/log.ts";
import type { Commits } from "./commits.ts";
import { createSealer, type Sealer } from "./sealer.ts";
import { type Key, type KeyPlaces, type Keys, readKeys } from "./store_key.ts";

type Content = Uint8Array<ArrayBuffer>;

export interface Keyring {
  /** Null: there is no key. */
  current(): Sealer | null;
  /** With whichever key does; null where none does. */
  open(sealed: Content, about: readonly string[]): Promise<string | null>;
  /** Whether something may be sealed with a key that came before, or a rotation is not through. */
  isUnsettled(): boolean;
  /** From now on seals with this key; gives what takes it back. */
  turnTo(sealer: Sealer): () => void;
  /** Nothing is sealed with the former keys any more. */
  retireFormer(): void;
  /** Looks for the key where there was none. */
  look(): Promise<void>;
  state(): KeyState;
}

export async function openKeyring(
  { places, log }: { readonly places: KeyPlaces; readonly log: Log },
): Promise<Keyring> {
  let keys: Keys = readKeys(places);
  let current = await sealerOf(keys.current);
  let former = await sealersOf(keys.former);
  const unreadable = new Set<string>();
  if (current === null) {
    const { place: { path }, problem } = keys;
    log.error("Key of the store is missing: Secrets and tokens are neither read nor stored", {
      path,
      err: problem,
    });
  }

  async function open(sealed: Content, about: readonly string[]): Promise<string | null> {
    for (const sealer of [current, ...former]) {
      const plain = sealer === null ? null : await opened(sealer, { sealed, about });
      if (plain !== null) return plain;
    }
    unreadable.add(JSON.stringify(about));
    return null;
  }

  return {
    current: () => current,
    open,
    isUnsettled: () => former.length > 0 || keys.isRotating,
    turnTo(sealer) {
      const before = { current, former };
      former = current === null || current === sealer ? former : [current, ...former];
      current = sealer;
      return () => ({ current, former } = before);
    },
    retireFormer() {
      keys.retireFormer();
      keys = readKeys(places);
      former = [];
    },
    async look() {
      if (current !== null) return;
      keys = readKeys(places);
      current = await sealerOf(keys.current);
      former = await sealersOf(keys.former);
      if (current !== null) log.info("Key of the store is there now", { path: keys.place.path });
    },
    state: () => ({
      ...keys.place,
      problem: current === null ? keys.problem : "",
      unreadable: unreadable.size,
    }),
  };
}

/** Seals and writes; once more where the key was rotated in between. Throws Unavailable. */
export async function writeSealed(
  { keyring, commits, cause, plain, about }: {
    readonly keyring: Keyring;
    readonly commits: Commits;
    readonly cause: WriteCause;
    readonly plain: string;
    readonly about: readonly string[];
  },
  put: (content: Content) => void,
): Promise<void> {
  let isWritten = false;
  while (!isWritten) {
    const sealer = keyring.current();
    if (sealer === null) throw new Unavailable(`store: no key: ${keyring.state().problem}`);
    const content = await sealer.seal(plain, about);
    const work = (): void => {
      isWritten = keyring.current() === sealer;
      if (isWritten) put(content);
    };
    await commits.write({ cause, bytes: content.length, work });
  }
}

/** Null where it is sealed with another key. */
export async function opened(
  sealer: Sealer,
  { sealed, about }: { readonly sealed: Content; readonly about: readonly string[] },
): Promise<string | null> {
  try {
    return await sealer.open(sealed, about);
  } catch {
    return null;
  }
}

async function sealerOf(key: Key | null): Promise<Sealer | null> {
  return key === null ? null : await createSealer(key);
}

function sealersOf(keys: readonly Key[]): Promise<readonly Sealer[]> {
  return Promise.all(keys.map(createSealer));
}
