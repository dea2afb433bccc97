/** A journal in memory; kept as JSON text, so that what cannot be stored shows. */
import type { JournalCursor, JournalRecord } from "../../src/core/journal/record.ts";
import type { PlainMap } from "../../src/core/plain_map.ts";
import type { Journal, JournalChange, JournalSize, WayOut } from "../../src/ports/journal.ts";
import { FakeDisk } from "./disk.ts";

export class FakeJournal implements Journal {
  readonly #records = new Map<number, string>();
  /** The bytes of their entries. */
  readonly #sizes = new Map<number, number>();
  #bytes = 0;
  #last = 0;
  readonly #cursors = new Map<WayOut, JournalCursor>();
  readonly #states = new Map<string, string>();
  readonly #disk: FakeDisk;
  /** How many of the disk's writes were its own. */
  writes = 0;

  constructor(disk: FakeDisk = new FakeDisk()) {
    this.#disk = disk;
  }

  size(): Promise<JournalSize> {
    return Promise.resolve({ records: this.#sizes.size, bytes: this.#bytes, last: this.#last });
  }

  /** All that is kept, in order. */
  get records(): readonly JournalRecord[] {
    const texts = [...this.#records].toSorted(([a], [b]) => a - b).map(([, text]) => text);
    return texts.map((text) => JSON.parse(text));
  }

  read({ after, limit }: Parameters<Journal["read"]>[0]): Promise<readonly JournalRecord[]> {
    const later = this.records.filter(({ sequence }) => sequence > after);
    return Promise.resolve(later.slice(0, limit));
  }

  cursors(): Promise<ReadonlyMap<WayOut, JournalCursor>> {
    return Promise.resolve(new Map(this.#cursors));
  }

  states(): Promise<ReadonlyMap<string, PlainMap>> {
    return Promise.resolve(
      new Map([...this.#states].map(([object, text]) => [object, JSON.parse(text)])),
    );
  }

  async write(change: JournalChange): Promise<JournalSize> {
    await this.#disk.write(() => this.#apply(change));
    this.writes += 1;
    return await this.size();
  }

  #apply({ removedUpTo = 0, records = [], cursors, states }: JournalChange): void {
    if (removedUpTo > 0) {
      for (const sequence of this.#records.keys()) {
        if (sequence <= removedUpTo) this.#remove(sequence);
      }
    }
    for (const record of records) this.#put(record);
    cursors?.forEach((cursor, name) => this.#cursors.set(name, cursor));
    states?.forEach((state, object) => {
      if (state === null) this.#states.delete(object);
      else this.#states.set(object, JSON.stringify(state));
    });
  }

  #remove(sequence: number): void {
    this.#bytes -= this.#sizes.get(sequence) ?? 0;
    this.#sizes.delete(sequence);
    this.#records.delete(sequence);
  }

  #put(record: JournalRecord): void {
    this.#remove(record.sequence);
    const size = new TextEncoder().encode(JSON.stringify(record.entry)).length;
    this.#records.set(record.sequence, JSON.stringify(record));
    this.#sizes.set(record.sequence, size);
    this.#bytes += size;
    this.#last = Math.max(this.#last, record.sequence);
  }
}
