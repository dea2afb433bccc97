/** The board's disk, kernel and initramfs: built once, and kept outside the tree for as long as their recipe is the same. */
import { cacheDir } from "../lab/cache.ts";
import { requireBoardParts } from "../lab/task_parts.ts";
import { run, tryRun } from "../lab/run.ts";
import { packInitramfs } from "./initramfs.ts";
import { DISK_SIZE, recipeKey } from "./recipe.ts";
import { buildRootTree } from "./root_tree.ts";

/** Paths of what a board starts from; nobody writes to them. */
export interface BoardImage {
  /** A raw disk with one ext4 file system. */
  readonly disk: string;
  readonly kernel: string;
  readonly initramfs: string;
  /** The board's own static busybox, for the images of its pods. */
  readonly busybox: string;
}

function pathsIn(dir: string): BoardImage {
  return {
    disk: `${dir}/disk.img`,
    kernel: `${dir}/vmlinuz`,
    initramfs: `${dir}/initramfs.gz`,
    busybox: `${dir}/busybox`,
  };
}

async function build(work: string, out: string): Promise<void> {
  const { disk, kernel, initramfs, busybox } = pathsIn(out);
  const tree = await buildRootTree(work);
  await packInitramfs(tree, { dir: `${work}/initramfs`, out: initramfs });
  await Deno.copyFile(`${tree.kernel}/boot/vmlinuz-${tree.kernelVersion}`, kernel);
  await Deno.copyFile(`${tree.root}/bin/busybox`, busybox);
  await run(["mke2fs", "-q", "-t", "ext4", "-d", tree.root, disk, DISK_SIZE]);
}

/** Five minutes at the first call, for the packages are set up under emulation. Throws `MissingParts`. */
export async function boardImage(): Promise<BoardImage> {
  await requireBoardParts();
  const dir = `${await cacheDir()}/board-${await recipeKey()}`;
  if (await Deno.stat(dir).then(() => true, () => false)) return pathsIn(dir);
  const work = await Deno.makeTempDir({ prefix: "skerry-board-" });
  const draft = `${dir}.${crypto.randomUUID()}`;
  try {
    await Deno.mkdir(draft);
    await build(work, draft);
    // Two tests may have built at once; the folder of the first stays.
    await tryRun(["mv", "-T", draft, dir]);
  } finally {
    await run(["rm", "-rf", "--one-file-system", "--", work, draft]);
  }
  return pathsIn(dir);
}

if (import.meta.main) console.log((await boardImage()).disk);
