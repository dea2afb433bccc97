/** Packs the archive that the kernel starts with: a static busybox, a handful of modules, and the first program. */
import { run } from "../lab/run.ts";
import { BOOT_MODULES, INIT } from "./recipe.ts";
import type { RootTree } from "./root_tree.ts";

/** Paths of the modules and of what they need, in the order in which they are loaded. */
async function moduleFiles({ kernel, kernelVersion }: RootTree): Promise<readonly string[]> {
  const files = new Set<string>();
  for (const name of BOOT_MODULES) {
    const { stdout } = await run([
      "modprobe",
      "-d",
      kernel,
      "-S",
      kernelVersion,
      "--show-depends",
      name,
    ]);
    for (const [, path = ""] of stdout.matchAll(/^insmod (\S+)/gm)) files.add(path);
  }
  return [...files];
}

/** Writes the archive to `out`; `dir` is an empty folder to lay it out in. */
export async function packInitramfs(
  tree: RootTree,
  { dir, out }: { readonly dir: string; readonly out: string },
): Promise<void> {
  await Deno.mkdir(`${dir}/bin`, { recursive: true });
  await Deno.mkdir(`${dir}/modules`);
  await Deno.copyFile(`${tree.root}/bin/busybox`, `${dir}/bin/busybox`);
  await Deno.writeTextFile(`${dir}/init`, INIT, { mode: 0o755 });
  const files = await moduleFiles(tree);
  const names = files.map((path) => path.slice(path.lastIndexOf("/") + 1));
  for (const [index, path] of files.entries()) {
    await Deno.copyFile(path, `${dir}/modules/${names[index]}`);
  }
  await Deno.writeTextFile(`${dir}/modules/order`, `${names.join("\n")}\n`);
  await run(["sh", "-c", 'find . | cpio -o -H newc --quiet | gzip > "$0"', out], { cwd: dir });
}
