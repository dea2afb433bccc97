/** Finds the image archives that a path means. */
import { isImageArchive } from "../core/image_archive_name.ts";
import { messageOf } from "../ports/errors.ts";
import { CliError } from "./command.ts";
import { ExitCode } from "./exit_codes.ts";

/** A file to import. */
export interface ImageArchive {
  /** Absolute, for the agent has another working directory. */
  readonly path: string;
  readonly bytes: number;
}

/** The file itself, whatever it is called, or the archives of a folder in the order of their names. Throws `CliError` where there is nothing. */
export async function findImageArchives(path: string): Promise<readonly ImageArchive[]> {
  const whole = await reading(path, async () => await archiveAt(await Deno.realPath(path)));
  if (!whole.isDirectory) return [whole];
  const names = await reading(path, () => Array.fromAsync(Deno.readDir(whole.path)));
  const files = names.map(({ name }) => name).filter(isImageArchive).sort();
  const found = await Promise.all(files.map((name) => archiveIn(whole.path, { name })));
  const archives = found.filter(({ isDirectory }) => !isDirectory);
  if (archives.length > 0) return archives;
  throw new CliError(`no image archive in ${path}`, {
    exitCode: ExitCode.notFound,
    hint: "archives are taken by their names: *.tar, *.tar.gz, *.tgz, *.tar.zst",
  });
}

type FoundFile = ImageArchive & { readonly isDirectory: boolean };

async function archiveAt(path: string): Promise<FoundFile> {
  const { size, isDirectory } = await Deno.stat(path);
  return { path, bytes: size, isDirectory };
}

/** A file that cannot be looked at, such as a link to nowhere, is left to its import, which fails without the others. */
async function archiveIn(folder: string, { name }: { readonly name: string }): Promise<FoundFile> {
  const path = `${folder}/${name}`;
  return await archiveAt(path).catch(() => ({ path, bytes: 0, isDirectory: false }));
}

async function reading<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) {
      throw new CliError(`there is no ${path}`, { exitCode: ExitCode.notFound });
    }
    throw new CliError(`cannot read ${path}: ${messageOf(error)}`);
  }
}
