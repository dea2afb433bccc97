/** Seals everything that is secret in the store with another key, in one transaction. */
import { secrets } from "../../core/kube/resource.ts";
import type { Commits } from "./commits.ts";
import type { Connection, Row, Statement } from "./connection.ts";
import { type Keyring, opened } from "./keyring.ts";
import { aboutObject, bytesOf } from "./object_store.ts";
import type { Sealer } from "./sealer.ts";
import { aboutToken } from "./token_store.ts";

export interface SealAnewDeps {
  readonly connection: Connection;
  readonly commits: Commits;
  readonly keyring: Keyring;
}

/** Something sealed, and where it lies. */
interface Sealed {
  readonly content: Uint8Array<ArrayBuffer>;
  readonly about: readonly string[];
  readonly replace: (content: Uint8Array<ArrayBuffer>) => void;
}

/**
 * The keyring turns to `sealer` with the same transaction; gives how many were sealed anew. What no key opens stays as it is, its
 * key may come back. Throws Unavailable, and then all is as it was.
 */
export async function sealAnew(deps: SealAnewDeps, sealer: Sealer): Promise<number> {
  const { commits, keyring } = deps;
  const sealed = createSealedRows(deps.connection);
  let outcome: number | null = null;
  while (outcome === null) {
    const before = sealed.list();
    const contents = await Promise.all(before.map((each) => contentFor(each, { sealer, keyring })));
    let takeBack = (): void => {};
    const work = (): void => {
      takeBack();
      outcome = null;
      if (!isSame(before, sealed.list())) return;
      before.forEach(({ replace }, index) => {
        const content = contents[index] ?? null;
        if (content !== null) replace(content);
      });
      takeBack = keyring.turnTo(sealer);
      outcome = contents.filter((content) => content !== null).length;
    };
    await commits.write({ cause: "schema", work }).catch((err: unknown) => {
      takeBack();
      throw err;
    });
  }
  return outcome;
}

/** Null where it is so already, or cannot be opened. */
async function contentFor(
  { content, about }: Sealed,
  { sealer, keyring }: { readonly sealer: Sealer; readonly keyring: Keyring },
): Promise<Uint8Array<ArrayBuffer> | null> {
  if (await opened(sealer, { sealed: content, about }) !== null) return null;
  const plain = await keyring.open(content, about);
  return plain === null ? null : await sealer.seal(plain, about);
}

function createSealedRows(connection: Connection): { list(): readonly Sealed[] } {
  const objects = connection.prepare("SELECT * FROM object WHERE resource = ?");
  const putObject = connection.prepare(
    "UPDATE object SET content = ? WHERE resource = ? AND namespace = ? AND name = ?",
  );
  const tokens = connection.prepare("SELECT * FROM token");
  const putToken = connection.prepare("UPDATE token SET content = ? WHERE pod_uid = ? AND key = ?");
  return {
    list: () => [
      ...objects.all(secrets.plural).map((row) => sealedObject(row, putObject)),
      ...tokens.all().map((row) => sealedToken(row, putToken)),
    ],
  };
}

function sealedObject(row: Row, put: Statement): Sealed {
  const [uid, version] = [String(row["uid"]), String(row["version"])];
  const name = [secrets.plural, String(row["namespace"]), String(row["name"])];
  return {
    content: bytesOf(row["content"]),
    about: aboutObject({ resource: secrets, uid, version }),
    replace: (content) => put.run(content, ...name),
  };
}

function sealedToken(row: Row, put: Statement): Sealed {
  const [podUid, key] = [String(row["pod_uid"]), String(row["key"])];
  return {
    content: bytesOf(row["content"]),
    about: aboutToken({ podUid, key }),
    replace: (content) => put.run(content, podUid, key),
  };
}

/** A nonce makes each content one of its own. */
function isSame(before: readonly Sealed[], now: readonly Sealed[]): boolean {
  return before.length === now.length &&
    before.every(({ content }, index) => String(content) === String(now[index]?.content));
}
