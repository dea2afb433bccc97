/** Symlinks, owners and parts of volumes in the file system in memory. */
import { dirname, join, normalize } from "node:path/posix";
import type { TreeEntry } from "../../src/core/volume/tree.ts";
import { Failed } from "../../src/ports/errors.ts";
import type { FakeNode } from "./files.ts";

type Tree = Map<string, FakeNode>;

/** The path with every symlink in it followed, as far as anything is there. */
export function resolved(tree: ReadonlyMap<string, FakeNode>, path: string): string {
  let real = "";
  for (const name of normalize(path).split("/").filter((part) => part !== "")) {
    real = `${real}/${name}`;
    const node = tree.get(real);
    if (node?.kind === "link") real = resolved(tree, join(dirname(real), node.content));
    if (node?.kind === "bind") real = node.content;
  }
  return real;
}

/** Whether a path is the top or below it. */
export function isWithin(path: string, top: string): boolean {
  return path === top || path.startsWith(`${top.replace(/\/+$/, "")}/`);
}

/** What is below a directory, as the port tells of it. */
export function entriesBelow(tree: Tree, top: string): readonly TreeEntry[] {
  return [...tree].filter(([path]) => path !== top && isWithin(path, top)).map(([path, node]) => ({
    path: path.slice(top.length + 1),
    ...(node.kind === "link" && { target: node.content }),
    ...(node.kind === "file" && { content: new TextEncoder().encode(node.content) }),
  }));
}

export function setOwner(
  tree: Tree,
  { path, uid }: { readonly path: string; readonly uid: number },
): void {
  tree.set(path, { ...nodeAt(tree, path), uid });
}

export function setGroup(
  tree: Tree,
  { path, gid, writable, unlessTopIs }: {
    readonly path: string;
    readonly gid: number;
    readonly writable: boolean;
    readonly unlessTopIs: boolean;
  },
): void {
  const bits = (node: FakeNode): number =>
    (writable ? 0o660 : 0o440) | (node.kind === "file" ? 0 : 0o2110);
  const top = nodeAt(tree, path);
  if (unlessTopIs && top.gid === gid && (top.mode & bits(top)) === bits(top)) return;
  for (const [each, node] of tree) {
    if (!isWithin(each, path)) continue;
    const mode = node.kind === "link" ? node.mode : node.mode | bits(node);
    tree.set(each, { ...node, gid, mode });
  }
}

/** Gives the directories that are missing, the upper ones first. Throws where a symlink leads out of the volume. */
export function missingInside(
  tree: Tree,
  { path, subPath }: { readonly path: string; readonly subPath: string },
): readonly string[] {
  const real = resolved(tree, `${path}/${subPath}`);
  if (!isWithin(real, path)) throw new Failed(`${real} is not within ${path}`);
  const names = real.slice(path.length + 1).split("/");
  return names.map((_, index) => `${path}/${names.slice(0, index + 1).join("/")}`)
    .filter((each) => !tree.has(each));
}

/** What is to be bound. Throws where nothing is there, or not within the volume. */
export function sourceInside(
  tree: Tree,
  { volumePath, subPath }: { readonly volumePath: string; readonly subPath: string },
): string {
  const real = resolved(tree, `${volumePath}/${subPath}`);
  if (!isWithin(real, volumePath)) throw new Failed(`${real} is not within ${volumePath}`);
  nodeAt(tree, real);
  return real;
}

function nodeAt(tree: Tree, path: string): FakeNode {
  const node = tree.get(path);
  if (node === undefined) throw new Failed(`${path}: no such file or directory (ENOENT)`);
  return node;
}
