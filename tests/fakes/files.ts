/** A file system in memory, which can be full or failing. */
import {
  type HostPathKind,
  hostPathMismatch,
  type HostPathType,
} from "../../src/core/volume/host_path.ts";
import type { FileStep } from "../../src/core/volume/step.ts";
import type { Clock } from "../../src/ports/clock.ts";
import { Failed, Unavailable } from "../../src/ports/errors.ts";
import type { Files } from "../../src/ports/files.ts";
import { createCalls, type Disturbance, type FakeCall } from "./calls.ts";
import {
  entriesBelow,
  isWithin,
  missingInside,
  resolved,
  setGroup,
  setOwner,
  sourceInside,
} from "./file_links.ts";

export type FakeNodeKind =
  | "directory"
  | "tmpfs"
  | "file"
  | "link"
  | "bind"
  | "socket"
  | "charDevice"
  | "blockDevice";

/** What stands at a path. */
export interface FakeNode {
  readonly kind: FakeNodeKind;
  /** Permission bits. */
  readonly mode: number;
  /** Of a symlink its target, of a bind mount the path that it shows; "" for all others but files. */
  readonly content: string;
  /** Where they have been set. */
  readonly uid?: number;
  readonly gid?: number;
  /** Of a tmpfs that was mounted with a size. */
  readonly sizeBytes?: number;
}

/** Methods to disturb are those of the port. */
export interface FakeFiles extends Files, Pick<Disturbance, "delay" | "fail" | "calm"> {
  /** Set to make every write fail, as on a full disk. */
  full: boolean;
  /** Everything there is, by path. */
  readonly tree: ReadonlyMap<string, FakeNode>;
  /** The steps that were applied, in order. */
  readonly steps: readonly FileStep[];
  /** The calls that changed something: `apply MakeDirectory /a`, `removeTree /a`. */
  readonly calls: readonly FakeCall[];
  /** What a program reads at a path, symlinks followed; undefined where no file is. */
  textAt(path: string): string | undefined;
  /** Puts a file there with its parents, as a container does with its last words. */
  write(path: string, content: string): void;
  /** Puts a symlink there with its parents, as a container does. */
  link(path: string, target: string): void;
  /** Puts something there that is neither file nor directory, with its parents. */
  place(path: string, kind: FakeNodeKind): void;
  /** What `usedBytes` says of exactly this path from now on, instead of adding up what is there. */
  setUsedBytes(path: string, bytes: number): void;
}

export function fakeFiles({ clock }: { readonly clock: Clock }): FakeFiles {
  const tree = new Map<string, FakeNode>();
  const steps: FileStep[] = [];
  const used = new Map<string, number>();
  const calls = createCalls({ clock, onDown: () => {} });
  const { delay, fail, calm } = calls.disturbance;

  const applyAll = (wanted: readonly FileStep[]): void => {
    for (const step of wanted) {
      if (fake.full && changes(tree, step)) {
        throw new Unavailable(`${step.path}: no space left on device (ENOSPC)`);
      }
      applyStep(tree, step);
      steps.push(step);
    }
  };
  const fake: FakeFiles = {
    full: false,
    tree,
    steps,
    calls: calls.made,
    delay,
    fail,
    calm,
    textAt(path) {
      const node = tree.get(resolved(tree, path));
      return node?.kind === "file" ? node.content : undefined;
    },
    write: (path, content) => put(tree, { path, node: { kind: "file", mode: 0o644, content } }),
    link: (path, target) =>
      put(tree, { path, node: { kind: "link", mode: 0o777, content: target } }),
    place: (path, kind) => put(tree, { path, node: { kind, mode: 0o644, content: "" } }),
    setUsedBytes: (path, bytes) => void used.set(path, bytes),
    apply: (wanted) => {
      const text = `apply ${wanted.map(({ kind, path }) => `${kind} ${path}`).join(", ")}`;
      return calls.run({ method: "apply", text }, () => applyAll(wanted));
    },
    removeTree: (path) =>
      calls.run(
        { method: "removeTree", text: `removeTree ${path}` },
        () => removeAll(tree, path),
      ),
    list: (path) => calls.run({ method: "list" }, () => childrenOf(tree, path)),
    readTree: (path) => calls.run({ method: "readTree" }, () => entriesBelow(tree, path)),
    readInside: ({ top, path }) =>
      calls.run({ method: "readInside" }, () => {
        const real = resolved(tree, `${top}/${path}`);
        return isWithin(real, top) ? tree.get(real)?.content ?? null : null;
      }),
    readTail: (path, maxBytes) =>
      calls.run({ method: "readTail" }, () => tailOf(tree.get(path)?.content ?? "", maxBytes)),
    usedBytes: (path) =>
      calls.run({ method: "usedBytes" }, () => used.get(path) ?? bytesUsed(tree, path)),
  };
  return fake;
}

type Tree = Map<string, FakeNode>;

function applyStep(tree: Tree, step: FileStep): void {
  const { path } = step;
  const there = tree.get(path);
  switch (step.kind) {
    case "MakeDirectory":
      if (there === undefined) return makeDirectory(tree, { path, mode: step.mode });
      if (!isDirectory(there)) throw new Failed(`${path}: not a directory (ENOTDIR)`);
      return;
    case "MountTmpfs":
      if (there?.kind === "tmpfs") return;
      return put(tree, {
        path,
        node: {
          kind: "tmpfs",
          mode: step.mode,
          content: "",
          ...(step.sizeBytes !== undefined && { sizeBytes: step.sizeBytes }),
        },
      });
    case "WriteFile":
      if (isDirectory(there)) throw new Failed(`${path}: is a directory (EISDIR)`);
      return put(tree, {
        path,
        node: { kind: "file", mode: step.mode, content: textOf(step.content) },
      });
    case "CheckHostPath":
      return checkHostPath(tree, step);
    case "PointLink":
      return put(tree, { path, node: { kind: "link", mode: 0o777, content: step.target } });
    case "SetOwner":
      return setOwner(tree, step);
    case "SetGroup":
      return setGroup(tree, step);
    case "Remove":
      return removeAll(tree, path);
    case "MakeSubPath":
      for (const each of missingInside(tree, step)) {
        makeDirectory(tree, { path: each, mode: (tree.get(path)?.mode ?? 0) & 0o7777 });
      }
      return;
    case "BindSubPath":
      return put(tree, {
        path,
        node: { kind: "bind", mode: 0o755, content: sourceInside(tree, step) },
      });
  }
}

/** Whether the step takes up room on the disk. */
function changes(tree: Tree, step: FileStep): boolean {
  const there = tree.get(step.path);
  switch (step.kind) {
    case "CheckHostPath":
      return step.type.endsWith("OrCreate") && there === undefined;
    case "WriteFile":
      return there?.content !== textOf(step.content);
    case "PointLink":
      return there?.content !== step.target;
    case "MakeSubPath":
      return missingInside(tree, step).length > 0;
    case "SetOwner":
    case "SetGroup":
    case "Remove":
      return false;
    default:
      return there === undefined;
  }
}

function textOf(content: string | Uint8Array): string {
  return typeof content === "string" ? content : new TextDecoder().decode(content);
}

function removeAll(tree: Tree, top: string): void {
  for (const each of [...tree.keys()]) if (isWithin(each, top)) tree.delete(each);
}

function checkHostPath(
  tree: Tree,
  { path, type }: { readonly path: string; readonly type: HostPathType },
): void {
  const there = tree.get(path);
  if (there === undefined && type === "DirectoryOrCreate") {
    return makeDirectory(tree, { path, mode: 0o755 });
  }
  if (there === undefined && type === "FileOrCreate") {
    return put(tree, { path, node: { kind: "file", mode: 0o644, content: "" } });
  }
  const found = there === undefined ? null : types[there.kind] ?? "";
  const wrong = hostPathMismatch({ path, type, found });
  if (wrong !== null) throw new Failed(wrong);
}

const types: Readonly<Partial<Record<FakeNodeKind, HostPathKind>>> = {
  directory: "Directory",
  tmpfs: "Directory",
  file: "File",
  socket: "Socket",
  charDevice: "CharDevice",
  blockDevice: "BlockDevice",
};

function isDirectory(node: FakeNode | undefined): boolean {
  return node?.kind === "directory" || node?.kind === "tmpfs";
}

function makeDirectory(
  tree: Tree,
  { path, mode }: { readonly path: string; readonly mode: number },
): void {
  put(tree, { path, node: { kind: "directory", mode, content: "" } });
}

function put(tree: Tree, { path, node }: { readonly path: string; readonly node: FakeNode }): void {
  const parent = path.slice(0, path.lastIndexOf("/"));
  const there = tree.get(parent);
  if (parent !== "" && there === undefined) makeDirectory(tree, { path: parent, mode: 0o755 });
  else if (parent !== "" && !isDirectory(there)) {
    throw new Failed(`${path}: not a directory (ENOTDIR)`);
  }
  tree.set(path, node);
}

function childrenOf(tree: Tree, path: string): readonly string[] {
  const prefix = `${path.replace(/\/+$/, "")}/`;
  const inside = [...tree.keys()].filter((each) => each.startsWith(prefix));
  return [...new Set(inside.map((each) => each.slice(prefix.length).split("/")[0] ?? ""))]
    .toSorted();
}

function tailOf(content: string, maxBytes: number): string {
  const bytes = new TextEncoder().encode(content);
  return new TextDecoder().decode(bytes.slice(Math.max(0, bytes.length - maxBytes)));
}

/** Files in whole blocks of 4 KiB; what lies on a tmpfs further down does not count. */
function bytesUsed(tree: Tree, top: string): number {
  const mounts = [...tree].filter(([path, { kind }]) =>
    kind === "tmpfs" && path !== top && isWithin(path, top)
  );
  return [...tree].filter(([path]) =>
    isWithin(path, top) && !mounts.some(([mount]) => isWithin(path, mount))
  ).reduce((sum, [, { content }]) => sum + Math.ceil(content.length / 4096) * 4096, 0);
}
