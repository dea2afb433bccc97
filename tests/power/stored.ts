/** What lies in a store as keys and texts, so that it can be compared with what was promised. */
import type { KubeObject, Resource } from "../../src/core/kube/resource.ts";
import type { JournalRecord } from "../../src/core/journal/record.ts";
import type { PodMemory } from "../../src/core/pod/memory.ts";
import type { JournalChange } from "../../src/ports/journal.ts";
import type { ObjectName } from "../../src/ports/object_store.ts";
import type { Store } from "../../src/ports/store.ts";
import type { StoredToken } from "../../src/ports/token_store.ts";

/** Null: there is none. */
export interface Stored {
  readonly key: string;
  readonly value: string | null;
}

export function storedMemory(uid: string, memory: PodMemory | null): Stored {
  return { key: `memory ${uid}`, value: memory && JSON.stringify(memory) };
}

export function storedObject(resource: Resource, object: KubeObject): Stored {
  const { namespace = "", name = "" } = object.metadata ?? {};
  return { key: objectKey({ resource, namespace, name }), value: JSON.stringify(object) };
}

export function objectKey({ resource, namespace, name }: ObjectName): string {
  return `${resource.plural} ${namespace}/${name}`;
}

export function storedToken({ podUid, key, text, expiresAt }: StoredToken): Stored {
  return { key: `${tokenPrefix(podUid)}${key}`, value: `${text} until ${expiresAt}` };
}

/** What the keys of all tokens of a pod begin with. */
export function tokenPrefix(podUid: string): string {
  return `token ${podUid} `;
}

export function storedFact(name: string, value: string): Stored {
  return { key: `fact ${name}`, value };
}

/** Zeros in front, so that the keys are in the order of the records. */
export function recordKey(sequence: number): string {
  return `record ${String(sequence).padStart(12, "0")}`;
}

function storedRecord(record: JournalRecord): Stored {
  return { key: recordKey(record.sequence), value: JSON.stringify(record) };
}

/** What a change of the journal leaves, but for what it removes. */
export function storedJournal({ records = [], cursors, states }: JournalChange): readonly Stored[] {
  return [
    ...records.map(storedRecord),
    ...[...cursors ?? []].map(([way, cursor]) => ({
      key: `cursor ${way}`,
      value: JSON.stringify(cursor),
    })),
    ...[...states ?? []].map(([object, state]) => ({
      key: `state ${object}`,
      value: state && JSON.stringify(state),
    })),
  ];
}

/** All that a store holds; objects of these resources. */
export async function found(
  store: Store,
  resources: readonly Resource[],
): Promise<ReadonlyMap<string, string>> {
  const memories = [...await store.memories.load()];
  const objects = await Promise.all(resources.map(async (resource) => {
    const all = await store.objects.load(resource);
    return all.map((object) => storedObject(resource, object));
  }));
  const all = [
    ...memories.map(([uid, memory]) => storedMemory(uid, memory)),
    ...objects.flat(),
    ...(await store.tokens.load()).map(storedToken),
    ...[...await store.facts.load()].map(([name, value]) => storedFact(name, value)),
    ...storedJournal({
      records: await store.journal.read({ after: 0, limit: Infinity }),
      cursors: await store.journal.cursors(),
      states: await store.journal.states(),
    }),
  ];
  return new Map(all.map(({ key, value }) => [key, value ?? ""]));
}
