/** Configuration files of a test's own, and the documents to put in them. */
import type { Configuration } from "../../src/cli/config/configuration.ts";
import type { ConfigurationFiles, DirectoryEntry } from "../../src/cli/config/files.ts";
import type { RunFlags } from "../../src/cli/config/flags.ts";
import { loadConfiguration } from "../../src/cli/config/load.ts";

export interface Given {
  readonly flags?: RunFlags;
  /** The text of each file, by its absolute path. */
  readonly files?: Readonly<Record<string, string>>;
}

/** Loads the configuration on a machine named `pi-1`, called from `/home/me`. */
export function configurationOf({ flags = {}, files = {} }: Given): Promise<Configuration> {
  return loadConfiguration({
    flags,
    hostname: "pi-1",
    cwd: "/home/me",
    files: fakeConfigurationFiles(files),
  });
}

/** The lines that loading fails with, after the first one. Throws when it does not fail. */
export async function problemsOf(given: Given): Promise<readonly string[]> {
  try {
    await configurationOf(given);
  } catch (err) {
    if (err instanceof Error) return err.message.split("\n").slice(1);
    throw err;
  }
  throw new Error("the configuration has no problem");
}

/** A disk that holds these files and the folders that they lie in. */
function fakeConfigurationFiles(
  files: Readonly<Record<string, string>>,
): ConfigurationFiles {
  return {
    readFile: (path) => {
      const text = files[path];
      return Promise.resolve(text === undefined ? null : new TextEncoder().encode(text));
    },
    readDir: (path) => Promise.resolve(entriesOf(path, Object.keys(files))),
  };
}

function entriesOf(dir: string, paths: readonly string[]): readonly DirectoryEntry[] | null {
  const below = paths.filter((path) => path.startsWith(`${dir}/`))
    .map((path) => path.slice(dir.length + 1).split("/"));
  if (below.length === 0) return null;
  const names = new Map(below.map(([name = "", ...rest]) => [name, rest.length > 0]));
  return [...names].map(([name, isDirectory]) => ({ name, isDirectory }));
}

/** A KubeletConfiguration; its fields start on line 3. */
export function kubeletDocument(...fields: readonly string[]): string {
  return text([
    "apiVersion: kubelet.config.k8s.io/v1beta1",
    "kind: KubeletConfiguration",
    ...fields,
  ]);
}

/** A SkerryConfiguration likewise. */
export function skerryDocument(...fields: readonly string[]): string {
  return text(["apiVersion: config.skerry.dev/v1alpha1", "kind: SkerryConfiguration", ...fields]);
}

function text(lines: readonly string[]): string {
  return `${lines.join("\n")}\n`;
}
