/** Reads of deno.lock which npm packages there are and what each of them needs. */
import { BuildError } from "../bundle.ts";

/** A package as it is pinned. */
export interface LockedPackage {
  /** With its scope. */
  readonly name: string;
  readonly version: string;
  /** SHA-512 of the package's archive, in hexadecimal digits. */
  readonly sha512: string;
  /** IDs of what it needs, as far as the lock has them. */
  readonly dependencies: readonly string[];
}

/** By ID, `NAME@VERSION`, and with the peers that a version was resolved for where it has any. */
export type Lock = ReadonlyMap<string, LockedPackage>;

interface LockFile {
  readonly npm: Readonly<
    Record<string, { readonly integrity: string; readonly dependencies?: readonly string[] }>
  >;
}

const ID = /^(?<name>@?[^@]+)@(?<version>[^_]+)/;

function hex(integrity: string): string {
  const [algorithm, digest] = integrity.split("-", 2);
  if (algorithm !== "sha512" || digest === undefined) {
    throw new BuildError(`deno.lock has an integrity that is no SHA-512: ${integrity}`);
  }
  return Uint8Array.fromBase64(digest).toHex();
}

/** A dependency is written without its version where the lock has only one. */
function resolve(dependency: string, ids: readonly string[]): readonly string[] {
  return ids.filter((id) => id === dependency || ID.exec(id)?.groups?.["name"] === dependency);
}

/** Throws {@linkcode BuildError} for a lock that names a package in another way than Deno does. */
export function readLock(text: string): Lock {
  const { npm } = JSON.parse(text) as LockFile;
  const ids = Object.keys(npm);
  return new Map(
    Object.entries(npm).map(([id, { integrity, dependencies = [] }]) => {
      const { name, version } = ID.exec(id)?.groups ?? {};
      if (name === undefined || version === undefined) {
        throw new BuildError(`deno.lock names a package ${JSON.stringify(id)}`);
      }
      const needed = dependencies.flatMap((each) => resolve(each, ids));
      return [id, { name, version, sha512: hex(integrity), dependencies: needed }];
    }),
  );
}

/** The IDs of all packages of these names and of all that they need. */
export function closure(lock: Lock, names: readonly string[]): ReadonlySet<string> {
  const found = new Set<string>();
  const rest = [...lock].filter(([, { name }]) => names.includes(name)).map(([id]) => id);
  for (let id = rest.pop(); id !== undefined; id = rest.pop()) {
    if (found.has(id)) continue;
    found.add(id);
    rest.push(...lock.get(id)?.dependencies ?? []);
  }
  return found;
}
