/** The agent's store in memory: it outlives agents, and its disk can be told to fail. */
import type { FactName, FactStore } from "../../src/ports/fact_store.ts";
import type { KubeObject, Resource } from "../../src/core/kube/resource.ts";
import type { ObjectStore } from "../../src/ports/object_store.ts";
import type { StoreState } from "../../src/core/store_state.ts";
import type { Store } from "../../src/ports/store.ts";
import type { StoredToken, TokenStore } from "../../src/ports/token_store.ts";
import { FakeDisk } from "./disk.ts";
import { FakeJournal } from "./journal.ts";
import { FakeMemoryStore } from "./memory_store.ts";

export interface FakeStore extends Store {
  readonly disk: FakeDisk;
  readonly memories: FakeMemoryStore;
  readonly journal: FakeJournal;
}

export function fakeStore(): FakeStore {
  const disk = new FakeDisk();
  return {
    disk,
    memories: new FakeMemoryStore(disk),
    objects: objectStore(disk),
    tokens: tokenStore(disk),
    facts: factStore(disk),
    journal: new FakeJournal(disk),
    state: () => stateOf(disk),
    recover: () => Promise.resolve(),
    rotateKey: () => Promise.resolve(0),
    close: () => Promise.resolve(),
  };
}

function stateOf(disk: FakeDisk): StoreState {
  const detail = "database or disk is full";
  return {
    problem: disk.full ? { reason: "DiskFull", detail, since: 0 } : null,
    setAside: disk.setAside,
    key: { source: "Default", path: "/var/lib/skerry/store.key", problem: "", unreadable: 0 },
    writtenBytes: null,
  };
}

function objectStore(disk: FakeDisk): ObjectStore {
  const kept = new Map<string, { readonly plural: string; readonly text: string }>();
  const keyOf = (resource: Resource, { namespace = "", name = "" }: NonNullable<Metadata>) =>
    `${resource.plural} ${namespace}/${name}`;
  return {
    load: ({ plural }) =>
      Promise.resolve(
        [...kept.values()].filter((each) => each.plural === plural)
          .map(({ text }) => JSON.parse(text)),
      ),
    save(resource, object) {
      const key = keyOf(resource, object.metadata ?? {});
      const text = JSON.stringify(object);
      if (isSame(JSON.parse(kept.get(key)?.text ?? "{}"), object)) return Promise.resolve();
      return disk.write(() => void kept.set(key, { plural: resource.plural, text }));
    },
    remove: ({ resource, ...name }) => disk.write(() => void kept.delete(keyOf(resource, name))),
  };
}

type Metadata = KubeObject["metadata"];

function isSame({ metadata: a }: KubeObject, { metadata: b }: KubeObject): boolean {
  return a !== undefined && a.uid === b?.uid && a.resourceVersion === b?.resourceVersion;
}

function tokenStore(disk: FakeDisk): TokenStore {
  const kept = new Map<string, StoredToken>();
  return {
    load: () => Promise.resolve([...kept.values()]),
    save: (token) => disk.write(() => void kept.set(`${token.podUid} ${token.key}`, token)),
    remove: (podUid) =>
      disk.write(() => kept.forEach((token, key) => token.podUid === podUid && kept.delete(key))),
  };
}

function factStore(disk: FakeDisk): FactStore {
  const kept = new Map<FactName, string>();
  return {
    load: () => Promise.resolve(new Map(kept)),
    save: (name, value) =>
      kept.get(name) === value ? Promise.resolve() : disk.write(() => void kept.set(name, value)),
  };
}
