/** Lays files and folders down with the modes and the time that they shall have in an archive. */
import { dirname } from "node:path";
import { BuildError, say } from "../bundle.ts";

/** A file or a folder; `path` is relative to the tree's root. Folders that nobody names have the mode 755. */
export type Entry =
  /** A copy of the file `from`. */
  | { readonly path: string; readonly mode: number; readonly from: string }
  | { readonly path: string; readonly mode: number; readonly text: string }
  | { readonly path: string; readonly mode: number; readonly folder: true };

const RUN_TIMEOUT_MS = 600_000;

/** Runs a program of the system. Throws {@linkcode BuildError} with its own words. */
export async function system(
  program: string,
  options: {
    readonly args: readonly string[];
    readonly env?: Readonly<Record<string, string>>;
    readonly from: string;
  },
): Promise<void> {
  const { args, from } = options;
  const env = { ...Deno.env.toObject(), ...options.env, LC_ALL: "C" };
  const { code, stderr } = await say(program, { args, env, timeoutMs: RUN_TIMEOUT_MS })
    .catch((error: unknown) => {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
      throw new BuildError(`a release needs ${program}; install Debian's package ${from}`);
    });
  if (code !== 0) throw new BuildError(`${program} failed:\n${stderr}`);
}

async function makeFolders(root: string, path: string): Promise<void> {
  if (path === ".") return;
  await makeFolders(root, dirname(path));
  await Deno.mkdir(`${root}/${path}`).then(
    () => Deno.chmod(`${root}/${path}`, 0o755),
    (error: unknown) => {
      if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    },
  );
}

async function put(root: string, entry: Entry): Promise<void> {
  const target = `${root}/${entry.path}`;
  await makeFolders(root, "folder" in entry ? entry.path : dirname(entry.path));
  if ("from" in entry) await Deno.copyFile(entry.from, target);
  if ("text" in entry) await Deno.writeTextFile(target, entry.text);
  await Deno.chmod(target, entry.mode);
}

/** `root` is there, and empty. `epoch` is in seconds since 1970. */
export async function layDown(
  { root, entries, epoch }: {
    readonly root: string;
    readonly entries: readonly Entry[];
    readonly epoch: number;
  },
): Promise<void> {
  await Deno.chmod(root, 0o755);
  for (const entry of entries) await put(root, entry);
  const touch = ["-exec", "touch", "--no-dereference", `--date=@${epoch}`, "{}", "+"];
  await system("find", { args: [root, ...touch], from: "findutils" });
}
