/** The archive of a release, from which install.sh installs without a network. */
import type { Arch } from "../denort.ts";
import { type Entry, layDown, system } from "./tree.ts";

const ROOT = new URL("../..", import.meta.url).pathname;

/** What install.sh reads besides the program. */
const INSTALLED = [
  "deploy/10-skerry.conflist",
  "deploy/config.yaml",
  "deploy/deno-version",
  "deploy/skerry.service",
];

/** What install.sh needs beside the program; `architecture` tells it that this is a release, and for which machine. */
export function installerEntries(arch: Arch): readonly Entry[] {
  return [
    { path: "install.sh", mode: 0o755, from: `${ROOT}install.sh` },
    { path: "architecture", mode: 0o644, text: `${arch}\n` },
    ...INSTALLED.map((path) => ({ path, mode: 0o644, from: ROOT + path })),
  ];
}

/** An archive to make. */
export interface TarballJob {
  /** The one folder that everything in the archive is below. */
  readonly name: string;
  readonly entries: readonly Entry[];
  /** Seconds since 1970: the time of every file. */
  readonly epoch: number;
  /** An empty folder to work in. */
  readonly dir: string;
  readonly out: string;
}

/** Sorted, root's own, and without the time in the compressed file: the same bytes for the same input. */
export async function writeTarball({ name, entries, epoch, dir, out }: TarballJob): Promise<void> {
  await Deno.mkdir(`${dir}/${name}`);
  await layDown({ root: `${dir}/${name}`, entries, epoch });
  const owner = ["--owner=0", "--group=0", "--numeric-owner"];
  const order = ["--format=ustar", "--sort=name", `--mtime=@${epoch}`, ...owner];
  await system("tar", {
    args: [...order, "--use-compress-program=gzip --no-name", "-cf", out, "-C", dir, name],
    from: "tar",
  });
}
