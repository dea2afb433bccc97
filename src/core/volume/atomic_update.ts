/**
 * Changes all files of a volume in one instant, so that a reader sees the old ones or the new ones and never a mixture.
 *
 *     VOLUME/..2026_01_01_10_00_00.123   the files
 *     VOLUME/..data    ──▶ ..2026_01_01_10_00_00.123   changes in one instant
 *     VOLUME/app.conf  ──▶ ..data/app.conf             what containers look at
 *
 * The names are Kubernetes' own: programs watch `..data` to learn of changes.
 */
import type { Payload, PayloadFile } from "./payload.ts";
import type { FileStep } from "./step.ts";
import type { TreeEntry } from "./tree.ts";

const dataLink = "..data";
const dataDirectory = /^\.\.\d{4}_\d\d_\d\d_/;

export interface AtomicUpdateInput {
  /** The volume's directory; it is there. */
  readonly dir: string;
  readonly payload: Payload;
  /** What is in it. */
  readonly seen: readonly TreeEntry[];
  /** A name for the new files' directory, which nothing there has; see `dataDirectoryName`. */
  readonly name: string;
  /** The pod's fsGroup, which then may read all files. */
  readonly gid: number | undefined;
}

/** Nothing but missing links and leftovers where the files are right already. */
export function atomicUpdate(input: AtomicUpdateInput): readonly FileStep[] {
  const { dir, payload, seen, name } = input;
  const current = seen.find(({ path }) => path === dataLink)?.target;
  const old = current === undefined ? [] : within(seen, current);
  const gone = topNames(old.map(({ path }) => path)).filter((top) => !isShown(payload, top));
  const isRight = current !== undefined && !isChanged(payload, old);
  return [
    ...(isRight ? [] : newDirectory(input)),
    ...links(input),
    ...gone.map((top): FileStep => ({ kind: "Remove", path: `${dir}/${top}` })),
    ...leftovers(seen, isRight ? current : name).map((path): FileStep => ({
      kind: "Remove",
      path: `${dir}/${path}`,
    })),
  ];
}

/** A name by time, with digits of chance, that is not taken. */
export function dataDirectoryName(
  { now, fraction, seen }: {
    readonly now: number;
    /** At least 0, less than 1. */
    readonly fraction: number;
    readonly seen: readonly TreeEntry[];
  },
): string {
  const time = new Date(now).toISOString().slice(0, 19).replaceAll(/[-:T]/g, "_");
  const taken = new Set(seen.map(({ path }) => path));
  let digits = Math.floor(fraction * 2 ** 32);
  while (taken.has(`..${time}.${digits}`)) digits++;
  return `..${time}.${digits}`;
}

function within(seen: readonly TreeEntry[], top: string): readonly TreeEntry[] {
  return seen.filter(({ path }) => path.startsWith(`${top}/`))
    .map((entry) => ({ ...entry, path: entry.path.slice(top.length + 1) }));
}

/** Whether a file is missing, differs, or is there without being wanted. Modes do not count, as with the kubelet. */
function isChanged(payload: Payload, old: readonly TreeEntry[]): boolean {
  const contents = new Map(old.map(({ path, content }) => [path, content]));
  const differs = [...payload].some(([path, file]) => !isSame(contents.get(path), file));
  const wanted = new Set([...payload.keys()].flatMap(withParents));
  return differs || old.some(({ path }) => !wanted.has(path));
}

function isSame(there: Uint8Array | undefined, { content }: PayloadFile): boolean {
  const wanted = typeof content === "string" ? new TextEncoder().encode(content) : content;
  return there?.length === wanted.length && there.every((byte, index) => byte === wanted[index]);
}

/** A path and the directories above it. */
function withParents(path: string): readonly string[] {
  const names = path.split("/");
  return names.map((_, index) => names.slice(0, index + 1).join("/"));
}

function topNames(paths: readonly string[]): readonly string[] {
  return [...new Set(paths.map((path) => path.split("/", 1)[0] ?? ""))];
}

function isShown(payload: Payload, top: string): boolean {
  return [...payload.keys()].some((path) => path === top || path.startsWith(`${top}/`));
}

/** The files in a directory of their own, then the link that makes them count. */
function newDirectory({ dir, payload, name, gid }: AtomicUpdateInput): readonly FileStep[] {
  const top = `${dir}/${name}`;
  const inner = new Set([...payload.keys()].flatMap((path) => withParents(path).slice(0, -1)));
  return [
    { kind: "MakeDirectory", path: top, mode: 0o755 },
    ...[...inner].map((path): FileStep => ({
      kind: "MakeDirectory",
      path: `${top}/${path}`,
      mode: 0o755,
    })),
    ...[...payload].flatMap(([path, file]) => fileSteps(`${top}/${path}`, file)),
    ...groupSteps(dir, gid),
    { kind: "PointLink", path: `${dir}/${dataLink}`, target: name },
  ];
}

function fileSteps(path: string, { content, mode, uid }: PayloadFile): readonly FileStep[] {
  return [{ kind: "WriteFile", path, content, mode }, ...ownerSteps(path, uid)];
}

function ownerSteps(path: string, uid: number | undefined): readonly FileStep[] {
  return uid === undefined ? [] : [{ kind: "SetOwner", path, uid }];
}

function groupSteps(path: string, gid: number | undefined): readonly FileStep[] {
  if (gid === undefined) return [];
  return [{ kind: "SetGroup", path, gid, writable: false, unlessTopIs: false }];
}

/** What containers see; a directory of that name is where another volume is mounted, and stays. */
function links({ dir, payload, seen }: AtomicUpdateInput): readonly FileStep[] {
  const there = new Set(seen.map(({ path }) => path));
  const owners = new Map([...payload].map(([path, { uid }]) => [path.split("/", 1)[0] ?? "", uid]));
  return [...owners].filter(([top]) => !there.has(top)).flatMap((
    [top, uid],
  ): readonly FileStep[] => [
    { kind: "PointLink", path: `${dir}/${top}`, target: `${dataLink}/${top}` },
    ...ownerSteps(`${dir}/${top}`, uid),
  ]);
}

/** The files before these, and what an update that was cut off left behind. */
function leftovers(seen: readonly TreeEntry[], current: string): readonly string[] {
  return topNames(seen.map(({ path }) => path))
    .filter((top) => dataDirectory.test(top) && top !== current);
}
