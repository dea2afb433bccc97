/** Newer containerd binaries for the matrix of versions, taken from later Debian releases into the cache. */
import { cacheDir } from "./cache.ts";
import { type Argv, run, tryRun } from "./run.ts";

/** Debian releases whose containerd runs on bookworm: trixie has 1.7, sid has 2.x. */
export type DebianSuite = "trixie" | "sid";

/** A private apt: own lists, own cache, the machine's keys; the machine's own sources stay as they are. */
function apt(dir: string, ...command: Argv): Argv {
  const options = {
    "Dir::Etc::sourcelist": `${dir}/sources.list`,
    "Dir::Etc::sourceparts": "-",
    "Dir::State": `${dir}/state`,
    "Dir::State::status": "/dev/null",
    "Dir::Cache": `${dir}/cache`,
    "Acquire::Languages": "none",
    "Acquire::IndexTargets::deb::DEP-11::DefaultEnabled": "false",
    "Acquire::http::Timeout": "10",
    "Acquire::Retries": "2",
    "APT::Sandbox::User": "root",
  };
  const flags = Object.entries(options).flatMap(([name, value]) => ["-o", `${name}=${value}`]);
  return ["apt-get", "-q", ...flags, ...command];
}

/** The mirror that this machine's own apt uses for its release, not the one for its security updates. */
async function mirror(): Promise<string> {
  const format = "$(REPO_URI) $(CODENAME)";
  const { stdout } = await run([
    "apt-get",
    "indextargets",
    "--format",
    format,
    "Created-By: Packages",
  ]);
  const lines = stdout.split("\n").map((line) => line.split(" "));
  const uri = lines.find(([, codename]) => /^[a-z]+$/.test(codename ?? ""))?.[0];
  if (uri === undefined) throw new Error("apt knows no mirror; run: sudo apt-get update");
  return uri;
}

async function download(suite: DebianSuite, dir: string): Promise<void> {
  await Deno.mkdir(`${dir}/state/lists/partial`, { recursive: true });
  await Deno.mkdir(`${dir}/cache/archives/partial`, { recursive: true });
  const keyring = "/usr/share/keyrings/debian-archive-keyring.gpg";
  await Deno.writeTextFile(
    `${dir}/sources.list`,
    `deb [signed-by=${keyring}] ${await mirror()} ${suite} main\n`,
  );
  await run(apt(dir, "update", "--error-on=any"));
  await run(apt(dir, "download", "containerd"), { cwd: dir });
  for await (const { name } of Deno.readDir(dir)) {
    if (name.endsWith(".deb")) await run(["dpkg", "-x", `${dir}/${name}`, `${dir}/tree`]);
  }
}

/**
 * The folder with containerd, ctr and containerd-shim-runc-v2 of `suite`, downloaded at the first call. Throws where the
 * Debian mirror cannot be reached.
 */
export async function containerdOfSuite(suite: DebianSuite): Promise<string> {
  const binDir = `${await cacheDir()}/containerd-${suite}`;
  if (await Deno.stat(`${binDir}/containerd`).then(() => true, () => false)) return binDir;
  const dir = await Deno.makeTempDir({ prefix: "skerry-apt-" });
  try {
    await download(suite, dir);
    const draft = `${binDir}.${crypto.randomUUID()}`;
    await run(["cp", "-r", `${dir}/tree/usr/bin`, draft]);
    // Two tests may have downloaded at once; the folder of the first stays.
    if ((await tryRun(["mv", "-T", draft, binDir])).code !== 0) {
      await Deno.remove(draft, { recursive: true });
    }
    return binDir;
  } catch (error) {
    throw new Error(`cannot get containerd of Debian ${suite}: is the mirror reachable?`, {
      cause: error,
    });
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}
