/**
 * What the files of a folder may look like after a power cut.
 *
 * What was synced is there. Of what was not, each change may have reached the disk or not, in any order: of a write any of its
 * sectors, a name without its content, a longer size without the bytes. Names are only durable when the folder was synced,
 * which is less than ext4 keeps, and no more than fsync(2) and the flash file systems of boards promise.
 */
import { createHash } from "node:crypto";
import type { Random } from "../../src/ports/random.ts";
import type { Bytes, Operation } from "./operation.ts";

/** Files by name. */
export type Files = ReadonlyMap<string, Bytes>;

export interface PowerCut {
  /** How many of the operations had happened. */
  readonly after: number;
  /** What of that which was not synced reached the disk. */
  readonly kept: "everything" | "nothing" | "some";
  readonly files: Files;
}

/** A disk's smallest unit: it is written wholly or not at all, in bytes. */
export const sectorBytes = 512;

export interface PowerCutOptions {
  readonly random: Random;
  /** How many subsets of the unsynced changes are tried at each operation. */
  readonly samples: number;
}

/**
 * The cuts before the first operation and after each. Two that leave the same files are one case, unless something was said in
 * between: then more is expected of the second.
 */
export function* powerCuts(
  operations: readonly Operation[],
  { random, samples }: PowerCutOptions,
): Generator<PowerCut> {
  const disk = createDisk();
  const seen = new Set<string>();
  let said = 0;
  for (const [index, operation] of [undefined, ...operations].entries()) {
    if (operation !== undefined) disk.apply(operation);
    if (operation?.kind === "Say") said++;
    for (const kept of waysOf({ isSynced: disk.isSynced(), samples })) {
      const files = disk.afterCut(fateOf(kept, random));
      const key = `${said} ${digest(files)}`;
      if (!seen.has(key)) yield { after: index, kept, files };
      seen.add(key);
    }
  }
}

function waysOf(
  { isSynced, samples }: { readonly isSynced: boolean; readonly samples: number },
): readonly PowerCut["kept"][] {
  if (isSynced) return ["everything"];
  return ["everything", "nothing", ...Array<PowerCut["kept"]>(samples).fill("some")];
}

function digest(files: Files): string {
  const hash = createHash("sha256");
  for (const [name, bytes] of files) hash.update(`${name}\0${bytes.length}\0`).update(bytes);
  return hash.digest("hex");
}

/** The same operations on a disk that says it has synced, and has not. */
export function withoutSyncs(operations: readonly Operation[]): readonly Operation[] {
  return operations.filter(({ kind }) => kind !== "Sync" && kind !== "SyncFolder");
}

/** Decides what of the unsynced changes is kept. */
interface Fate {
  /** Asked for each change of a name, each write and each truncation. */
  change(): "kept" | "lost" | "torn";
  /** Asked for each sector of a torn write. */
  sector(): boolean;
  /** Whether a file has grown to hold a write that was lost. */
  growth(): boolean;
}

const keepEverything: Fate = { change: () => "kept", sector: () => true, growth: () => true };
const keepNothing: Fate = { change: () => "lost", sector: () => false, growth: () => false };

function fateOf(kept: PowerCut["kept"], random: Random): Fate {
  switch (kept) {
    case "everything":
      return keepEverything;
    case "nothing":
      return keepNothing;
    case "some":
      return keepSome(random);
  }
}

/** Much, half or little is kept; half of what is not kept is torn. */
function keepSome({ fraction }: Random): Fate {
  const share = [0.1, 0.5, 0.9][Math.floor(fraction() * 3)] ?? 0.5;
  return {
    change: () => fraction() < share ? "kept" : fraction() < 0.5 ? "lost" : "torn",
    sector: () => fraction() < 0.5,
    growth: () => fraction() < 0.5,
  };
}

type DataChange = Extract<Operation, { readonly kind: "Write" | "Truncate" }>;

/** A file, whatever its name. */
interface Inode {
  synced: Bytes;
  unsynced: readonly DataChange[];
}

/** A name that is given to a file, taken from one, or both: they happen together. */
interface NameChange {
  readonly given?: { readonly name: string; readonly inode: Inode };
  readonly taken?: string;
}

interface Disk {
  apply(operation: Operation): void;
  isSynced(): boolean;
  afterCut(fate: Fate): Files;
}

function createDisk(): Disk {
  /** As the program sees them. */
  const names = new Map<string, Inode>();
  let syncedNames: ReadonlyMap<string, Inode> = new Map();
  let unsyncedNames: readonly NameChange[] = [];

  function inodeOf(name: string): Inode {
    const inode = names.get(name);
    if (inode === undefined) throw new Error(`there is no file ${name}`);
    return inode;
  }

  function changeName(change: NameChange): void {
    changeIn(names, change);
    unsyncedNames = [...unsyncedNames, change];
  }

  function apply(operation: Operation): void {
    switch (operation.kind) {
      case "Create":
        return changeName({
          given: { name: operation.name, inode: { synced: new Uint8Array(), unsynced: [] } },
        });
      case "Rename":
        return changeName({
          given: { name: operation.to, inode: inodeOf(operation.name) },
          taken: operation.name,
        });
      case "Remove":
        return changeName({ taken: operation.name });
      case "Write":
      case "Truncate": {
        const inode = inodeOf(operation.name);
        inode.unsynced = [...inode.unsynced, operation];
        return;
      }
      case "Sync": {
        const inode = inodeOf(operation.name);
        inode.synced = contentOf(inode, keepEverything);
        inode.unsynced = [];
        return;
      }
      case "SyncFolder":
        syncedNames = new Map(names);
        unsyncedNames = [];
        return;
      case "Say":
        return;
    }
  }

  return {
    apply,
    isSynced: () =>
      unsyncedNames.length === 0 &&
      [...names.values()].every(({ unsynced }) => unsynced.length === 0),
    afterCut(fate) {
      const kept = new Map(syncedNames);
      for (const change of unsyncedNames) if (fate.change() === "kept") changeIn(kept, change);
      return new Map([...kept].map(([name, inode]) => [name, contentOf(inode, fate)]));
    },
  };
}

function changeIn(names: Map<string, Inode>, { given, taken }: NameChange): void {
  if (taken !== undefined) names.delete(taken);
  if (given !== undefined) names.set(given.name, given.inode);
}

function contentOf({ synced, unsynced }: Inode, fate: Fate): Bytes {
  const room = Math.max(synced.length, ...unsynced.map(endOf));
  const content = { bytes: new Uint8Array(room), size: synced.length };
  content.bytes.set(synced);
  for (const change of unsynced) changeContent(content, change, fate);
  return content.bytes.slice(0, content.size);
}

function endOf(change: DataChange): number {
  return change.kind === "Truncate" ? change.size : change.at + change.bytes.length;
}

/** A file that grows and shrinks in place; what lies beyond its size is zeros. */
interface Content {
  readonly bytes: Bytes;
  size: number;
}

function changeContent(content: Content, change: DataChange, fate: Fate): void {
  const what = fate.change();
  if (change.kind === "Truncate") {
    if (what !== "kept") return;
    content.bytes.fill(0, change.size);
    content.size = change.size;
    return;
  }
  if (what === "lost" && !fate.growth()) return;
  content.size = Math.max(content.size, endOf(change));
  if (what === "kept") content.bytes.set(change.bytes, change.at);
  if (what === "torn") setSectors(content.bytes, change, fate);
}

function setSectors(
  content: Bytes,
  { at, bytes }: Extract<DataChange, { readonly kind: "Write" }>,
  fate: Fate,
): void {
  const end = at + bytes.length;
  for (let start = at; start < end;) {
    const next = Math.min(end, (Math.floor(start / sectorBytes) + 1) * sectorBytes);
    if (fate.sector()) content.set(bytes.subarray(start - at, next - at), start);
    start = next;
  }
}
