/** Where the key lies by which the store's secrets are sealed, and how it is read, made and replaced. */
import type { KeySource } from "../../core/store_state.ts";
import { messageOf } from "../../ports/errors.ts";
import { keyBytes } from "./sealer.ts";

export type Key = Uint8Array<ArrayBuffer>;

/** The first that is given counts. */
export interface KeyPlaces {
  /** systemd's folder of credentials for this service; with it counts a credential of the name `skerry.store-key`. */
  readonly credentialsDirectory?: string | undefined;
  /** A file that the configuration names, on another medium say. It is never made here: its medium may be missing. */
  readonly file?: string | undefined;
  /** A file that root alone may read; made where it is missing. */
  readonly defaultPath: string;
}

export interface KeyPlace {
  readonly source: KeySource;
  readonly path: string;
}

export interface Keys {
  readonly place: KeyPlace;
  /** Null where there is none. */
  readonly current: Key | null;
  /** Why there is none; "" where there is. */
  readonly problem: string;
  /** Others that what is stored may still be sealed with. */
  readonly former: readonly Key[];
  /** The current one has not taken the former one's place yet. */
  readonly isRotating: boolean;
  /** To be called when nothing is sealed with the former ones any more: they go. Throws what the disk throws. */
  retireFormer(): void;
}

export const credentialName = "skerry.store-key";

/** Looks at no file but the credential's. */
export function keyPlace({ credentialsDirectory, file, defaultPath }: KeyPlaces): KeyPlace {
  const credential = `${credentialsDirectory ?? ""}/${credentialName}`;
  if (credentialsDirectory !== undefined && exists(credential)) {
    return { source: "Credential", path: credential };
  }
  if (file !== undefined) return { source: "File", path: file };
  return { source: "Default", path: defaultPath };
}

/** Looks at the key without making one; `error` says why it is of no use, null where it is or can be made. */
export function checkKey(places: KeyPlaces): KeyPlace & { readonly error: string | null } {
  const place = keyPlace(places);
  const { key, problem } = attempted(() => readKey(place.path));
  const isMissing = key === null && problem === "" && place.source !== "Default";
  return { ...place, error: isMissing ? `${place.path} does not exist` : problem || null };
}

/** Never throws. A rotation that was cut off is gone on with: what it wrote first is the new key. */
export function readKeys(places: KeyPlaces): Keys {
  const place = keyPlace(places);
  const { source, path } = place;
  const next = source === "Credential" ? null : attempted(() => readKey(nextPath(path))).key;
  const own = attempted(() => source === "Default" ? readOrMakeKey(path) : readKey(path));
  const others = formerPaths(place, places).map((other) => attempted(() => readKey(other)).key);
  const former = [next === null ? null : own.key, ...others].filter((key) => key !== null);
  const current = next ?? own.key;
  return {
    place,
    current,
    former,
    isRotating: next !== null,
    problem: current === null ? own.problem || `${path} does not exist` : "",
    retireFormer() {
      if (next !== null) replaceKey(path);
      if (source !== "Default") removeIfThere(places.defaultPath);
    },
  };
}

/** Where a rotation puts the new key until everything is sealed with it. */
export function nextPath(path: string): string {
  return `${path}.new`;
}

/** Writes a new key beside the old one; it is on the disk when this returns. Throws what the disk throws. */
export function makeNextKey(path: string): Key {
  return makeKey(nextPath(path));
}

/** The new key takes the old one's place. */
export function replaceKey(path: string): void {
  Deno.renameSync(nextPath(path), path);
  syncFolderOf(path);
}

/** What came before: the credential's predecessor, and the default one where another has been set since. */
function formerPaths({ source, path }: KeyPlace, { defaultPath }: KeyPlaces): readonly string[] {
  if (source === "Default") return [];
  return [...(source === "Credential" ? [`${path}.old`] : []), defaultPath];
}

function attempted(read: () => Key | null): { readonly key: Key | null; readonly problem: string } {
  try {
    return { key: read(), problem: "" };
  } catch (err) {
    return { key: null, problem: messageOf(err) };
  }
}

/** One that is damaged is kept aside: it opens nothing, but that is for people to find. */
function readOrMakeKey(path: string): Key {
  try {
    const key = readKey(path);
    if (key !== null) return key;
  } catch (err) {
    if (!(err instanceof WrongLength)) throw err;
    Deno.renameSync(path, `${path}.damaged`);
  }
  return makeKey(path);
}

class WrongLength extends Error {}

/** Null where there is no such file. */
function readKey(path: string): Key | null {
  try {
    const key = Deno.readFileSync(path);
    if (key.length === keyBytes) return key;
    throw new WrongLength(`${path} has ${key.length} bytes, a key has ${keyBytes}`);
  } catch (err) {
    if (err instanceof Deno.errors.NotFound) return null;
    throw err;
  }
}

function makeKey(path: string): Key {
  const key = crypto.getRandomValues(new Uint8Array(keyBytes));
  const temporary = `${path}.part`;
  removeIfThere(temporary);
  using file = Deno.openSync(temporary, { write: true, createNew: true, mode: 0o600 });
  file.writeSync(key);
  file.syncSync();
  Deno.renameSync(temporary, path);
  syncFolderOf(path);
  return key;
}

/** A name is on the disk when its folder is. */
function syncFolderOf(path: string): void {
  using folder = Deno.openSync(path.slice(0, path.lastIndexOf("/")) || "/", { read: true });
  folder.syncSync();
}

function removeIfThere(path: string): void {
  try {
    Deno.removeSync(path);
  } catch (err) {
    if (!(err instanceof Deno.errors.NotFound)) throw err;
  }
}

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}
