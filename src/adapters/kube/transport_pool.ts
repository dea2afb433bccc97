/** The transport of the credential that is in use; an older one lives until its last request has ended. */
import type { ClientCertificate } from "./credential.ts";
import type { Cluster, OpenTransport, Transport } from "./transport.ts";

/** One request's hold on a transport. */
export interface Hold extends Disposable {
  readonly transport: Transport;
  /** This transport's connections are not to be trusted any more: later requests get fresh ones. */
  retire(): void;
}

export interface TransportPool {
  hold(certificate: ClientCertificate | undefined): Hold;
  close(): void;
}

interface Entry {
  readonly transport: Transport;
  readonly certificate: ClientCertificate | undefined;
  users: number;
}

export function createTransportPool(
  { cluster, open }: { readonly cluster: Cluster; readonly open: OpenTransport },
): TransportPool {
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

  function entryFor(certificate: ClientCertificate | undefined): Entry {
    if (current !== undefined && isSame(current.certificate, certificate)) return current;
    const fresh: Entry = { transport: open({ cluster, certificate }), certificate, users: 0 };
    entries.add(fresh);
    const old = current;
    current = fresh;
    if (old !== undefined) closeUnused(old);
    return fresh;
  }

  return {
    hold(certificate) {
      const entry = entryFor(certificate);
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

function isSame(a: ClientCertificate | undefined, b: ClientCertificate | undefined): boolean {
  return a === b || (a?.certPem === b?.certPem && a?.keyPem === b?.keyPem);
}
