/** The API server's objects in SQLite; Secrets are sealed. */
import { type KubeObject, type Resource, secrets } from "../../core/kube/resource.ts";
import type { Log } from "../../ports/log.ts";
import type { ObjectStore } from "../../ports/object_store.ts";
import { pack, unpack } from "./packed.ts";
import type { Commits } from "./commits.ts";
import { attempt, type Connection, type Row } from "./connection.ts";
import { type Keyring, writeSealed } from "./keyring.ts";

export interface ObjectStoreDeps {
  readonly connection: Connection;
  readonly commits: Commits;
  readonly keyring: Keyring;
  readonly log: Log;
}

/** A row as it is stored. */
interface StoredObject {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly version: string;
  readonly content: Uint8Array<ArrayBuffer>;
}

export function objectStore({ connection, commits, keyring, log }: ObjectStoreDeps): ObjectStore {
  const all = connection.prepare("SELECT * FROM object WHERE resource = ?");
  const known = connection.prepare(
    "SELECT uid, version FROM object WHERE resource = ? AND namespace = ? AND name = ?",
  );
  const put = connection.prepare("INSERT OR REPLACE INTO object VALUES (?, ?, ?, ?, ?, ?)");
  const drop = connection.prepare(
    "DELETE FROM object WHERE resource = ? AND namespace = ? AND name = ?",
  );

  /** Rows that were found to make no sense, or to be sealed with another key: the same version is written over them. */
  const unreadable = new Set<string>();
  const tell = oncePerCount(log);

  async function read<T extends KubeObject>(
    resource: Resource,
    row: StoredObject,
  ): Promise<readonly T[]> {
    const found = await readable<T>(resource, row);
    const id = rowId({ resource, ...row });
    if (found === null) unreadable.add(id);
    else unreadable.delete(id);
    return found === null ? [] : [found];
  }

  async function readable<T>(resource: Resource, row: StoredObject): Promise<T | null> {
    try {
      const text = resource === secrets
        ? await keyring.open(row.content, aboutObject({ resource, ...row }))
        : unpack(row.content);
      return text === null ? null : JSON.parse(text);
    } catch {
      return null;
    }
  }

  async function save(resource: Resource, object: KubeObject): Promise<void> {
    const { namespace = "", name = "", uid = "", resourceVersion = "" } = object.metadata ?? {};
    const before = await attempt(() => known.get(resource.plural, namespace, name));
    const isThere = before?.["uid"] === uid && before["version"] === resourceVersion;
    const id = rowId({ resource, namespace, name });
    if (isThere && !unreadable.has(id)) return;
    const plain = JSON.stringify(object);
    const write = (content: Uint8Array<ArrayBuffer>): void =>
      put.run(resource.plural, namespace, name, uid, resourceVersion, content);
    if (resource !== secrets) {
      const content = pack(plain);
      const work = (): void => write(content);
      await commits.write({ cause: "objects", bytes: content.length, work });
      return void unreadable.delete(id);
    }
    const about = aboutObject({ resource, uid, version: resourceVersion });
    await writeSealed({ keyring, commits, cause: "objects", plain, about }, write);
    unreadable.delete(id);
  }

  return {
    async load<T extends KubeObject>(resource: Resource) {
      const rows = await attempt(() => all.all(resource.plural).map(rowOf));
      const objects = (await Promise.all(rows.map((row) => read<T>(resource, row)))).flat();
      const count = rows.length - objects.length;
      tell(resource.plural, count);
      return objects;
    },
    save,
    remove: ({ resource, namespace, name }) =>
      commits.write({
        cause: "objects",
        work: () => drop.run(resource.plural, namespace, name),
      }),
  };
}

function rowId(
  { resource, namespace, name }: {
    readonly resource: Resource;
    readonly namespace: string;
    readonly name: string;
  },
): string {
  return `${resource.plural} ${namespace}/${name}`;
}

/** Tells of rows that cannot be read when there are more or fewer of them than before: all are read now and then. */
export function oncePerCount(log: Log): (what: string, count: number) => void {
  const told = new Map<string, number>();
  return (what, count) => {
    if (count > 0 && told.get(what) !== count) log.error(unreadableText(what), { count });
    told.set(what, count);
  };
}

function rowOf(row: Row): StoredObject {
  return {
    namespace: String(row["namespace"]),
    name: String(row["name"]),
    uid: String(row["uid"]),
    version: String(row["version"]),
    content: bytesOf(row["content"]),
  };
}

/** What an object is bound to when it is sealed. */
export function aboutObject(
  { resource, uid, version }: {
    readonly resource: Resource;
    readonly uid: string;
    readonly version: string;
  },
): readonly string[] {
  return [resource.plural, uid, version];
}

/** For the log: once for all of a kind. */
function unreadableText(what: string): string {
  return `Some ${what} in the store cannot be read and are left out: they were changed there, or sealed with another key`;
}

/** A BLOB as SQLite gives it. */
export function bytesOf(value: unknown): Uint8Array<ArrayBuffer> {
  return value instanceof Uint8Array ? new Uint8Array(value) : new Uint8Array();
}
