/** Builds the programs of one of the tests' Go modules once and keeps them in the lab's cache. */
import { built, type CachedBuild, isBuilt } from "./cached_build.ts";
import { MissingParts } from "./parts.ts";
import { type RunResult, tryRun } from "./run.ts";

const NO_GO = "the tests' cluster is built with Go 1.26 or newer, which is not on the PATH " +
  "(sudo ./install.sh --test installs everything the tests need)";

/** A Go module and what is made of it. */
export interface GoModule {
  /** Of its folder in the cache. */
  readonly name: string;
  /** Folder of go.mod and go.sum. */
  readonly dir: string;
  /** Its own sources, relative to `dir`: a change to one of them makes the programs anew. */
  readonly sources: readonly string[];
  /** Runs `go` in the module's folder; called one after another until all are done. `{}` stands for the target folder. */
  readonly builds: readonly (readonly string[])[];
}

/** Gives the folder of the module's programs, building them where the cache does not hold them. Throws `MissingParts` without Go. */
export async function goPrograms(module: GoModule): Promise<string> {
  return await built(cachedBuild(module), (draft) => build(module, draft));
}

/** Throws `MissingParts` unless the programs are there or there is a Go to build them with. */
export async function requireGoPrograms(module: GoModule): Promise<void> {
  if (await isBuilt(cachedBuild(module))) return;
  // Reads go.mod, which says how new a Go must be.
  const { code, stderr } = await go(module, ["list", "-m"]);
  if (code !== 0) throw new MissingParts(`${NO_GO}: ${stderr.trim().slice(-500)}`);
}

/** The release that a module requires of another one, such as `v1.37.2`. */
export async function requiredVersion(moduleDir: string, path: string): Promise<string> {
  const text = await Deno.readTextFile(`${moduleDir}/go.mod`);
  const line = text.split("\n").find((line) => line.startsWith(`\t${path} v`));
  const version = line?.split(" ")[1];
  if (version === undefined) throw new Error(`${moduleDir}/go.mod requires no ${path}`);
  return version;
}

/** Linker flags: no symbols, and the release that Kubernetes' programs shall call themselves; without it that is 0.0. */
export function kubernetesLinkerFlags(version: string): string {
  return `-s -w -X k8s.io/component-base/version.gitVersion=${version}`;
}

/** The programs change with the module's dependencies and with their own sources. */
function cachedBuild({ name, dir, sources }: GoModule): CachedBuild {
  return { name, dir, inputs: ["go.mod", "go.sum", ...sources] };
}

async function build(module: GoModule, target: string): Promise<void> {
  for (const args of module.builds) {
    const { code, stderr } = await go(module, args.map((arg) => arg.replace("{}", target)));
    if (code === 0) continue;
    throw new Error(`go ${args[0]} in ${module.dir}: ${stderr.trim().slice(-2000)}`);
  }
}

async function go({ dir }: GoModule, args: readonly string[]): Promise<RunResult> {
  try {
    return await tryRun(["go", ...args], { cwd: dir, env: { CGO_ENABLED: "0" } });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new MissingParts(NO_GO, { cause: error });
  }
}
