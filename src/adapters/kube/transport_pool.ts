/** The transport of the access that is in use; an older one lives until its last request has ended. */
import type { Access } from "./access.ts";
import type { OpenTransport, Transport } from "./transport.ts";

/** One request's hold on a transport. */
export interface Hold extends Disposable {
  readonly transport: Transport;
  /** This transport's connections are not to be trusted any more: later requests get fresh ones. */
  retire(): void;
}

export interface TransportPool {
  /** Throws what opening a transport throws. */
  hold(access: Access): Hold;
  close(): void;
}

interface Entry {
  readonly transport: Transport;
  readonly access: Access;
  users: number;
}

export function createTransportPool(open: OpenTransport): TransportPool {
  let current: Entry | undefined;
  const entries = new Set<Entry>();

  const closeUnused = (entry: Entry): void => {
    if (entry === current || entry.users > 0 || !entries.delete(entry)) return;
    entry.transport.close();
  };
  const retire = (entry: Entry): void => {
    if (current === entry) current = undefined;
    closeUnused(entry);
  };

  function entryFor(access: Access): Entry {
    if (current !== undefined && isSame(current.access, access)) return current;
    const fresh: Entry = { transport: open(access), access, users: 0 };
    entries.add(fresh);
    const old = current;
    current = fresh;
    if (old !== undefined) closeUnused(old);
    return fresh;
  }

  return {
    hold(access) {
      const entry = entryFor(access);
      entry.users++;
      return {
        transport: entry.transport,
        retire: () => retire(entry),
        [Symbol.dispose]() {
          entry.users--;
          closeUnused(entry);
        },
      };
    },
    close() {
      current = undefined;
      for (const entry of entries) entry.transport.close();
      entries.clear();
    },
  };
}

/** Whether connections of the one serve the other: the header goes with each request. */
function isSame(a: Access, b: Access): boolean {
  return a === b || (a.cluster.server === b.cluster.server &&
    a.cluster.authorityPem === b.cluster.authorityPem &&
    a.cluster.proxyUrl === b.cluster.proxyUrl &&
    a.certificate?.certPem === b.certificate?.certPem &&
    a.certificate?.keyPem === b.certificate?.keyPem);
}
