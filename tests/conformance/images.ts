/** The images that the suite's specs run, made of this machine's programs, under the names that the suite knows them by. */
import { cacheDir } from "../lab/cache.ts";
import { pki } from "../lab/cluster_pki.ts";
import { clusterPrograms } from "../lab/cluster_programs.ts";
import type { ImageSpec } from "../lab/image_archive.ts";
import { busyboxImage, cachedArchive, pauseImage } from "../lab/images.ts";
import type { ConformancePrograms } from "../lab/conformance_programs.ts";
import type { Lab } from "../lab/lab.ts";
import { findProgram } from "../lab/parts.ts";
import { run } from "../lab/run.ts";
import type { TarEntry } from "../lab/tar.ts";

/** Makes one image; `name` is its full name with tag. */
type ImageMaker = (name: string, programs: ConformancePrograms) => Promise<ImageSpec>;

/** By the last part of the image's name. The suite knows more images, which its specs about nodes do not use. */
const MAKERS: Readonly<Record<string, ImageMaker>> = {
  "e2e-test-images/agnhost": agnhostImage,
  "e2e-test-images/busybox": (name) => busyboxImage(name),
  "e2e-test-images/glibc-dns-testing": agnhostImage,
  "e2e-test-images/nginx": nginxImage,
  "e2e-test-images/nonewprivs": nonewprivsImage,
  "e2e-test-images/nonroot": nonrootImage,
  "pause": (name) => Promise.resolve(pauseImage(name)),
};

/** Imports them all into the lab's runtime. */
export async function importImages(lab: Lab, programs: ConformancePrograms): Promise<void> {
  const { stdout } = await run([programs("e2e.test"), "--list-images"]);
  for (const name of stdout.trim().split("\n")) {
    const maker = makerOf(name);
    if (maker === undefined) continue;
    await lab.importImage(await cachedArchive(await maker(name, programs)), { name });
  }
}

function makerOf(name: string): ImageMaker | undefined {
  const path = /^registry\.k8s\.io\/(.+):[^:]+$/.exec(name)?.[1];
  return path === undefined ? undefined : MAKERS[path];
}

/** Users and groups that specs expect in agnhost besides those of busybox. */
const AGNHOST_PASSWD = "user-defined-in-image:x:1000:1000:user:/home/user:/bin/sh\n";
const AGNHOST_GROUP =
  "user-defined-in-image:x:1000:\ngroup-defined-in-image:x:50000:user-defined-in-image\n";

/** What specs run in it besides agnhost itself. */
const AGNHOST_TOOLS = [
  { program: "bash", path: "bin/bash" },
  { program: "curl", path: "usr/bin/curl" },
  { program: "dig", path: "usr/bin/dig" },
  { program: "nc.openbsd", path: "usr/bin/nc" },
  { program: "hostname", path: "usr/bin/hostname" },
];

/** A self-signed pair that servers of specs are told to use; kept, so that the images' archives may be kept as well. */
async function localhostCertificate(): Promise<readonly TarEntry[]> {
  const dir = `${await cacheDir()}/conformance-localhost`;
  if (!(await Deno.stat(dir).then(() => true, () => false))) {
    const draft = await Deno.makeTempDir({ dir: await cacheDir() });
    const program = (await clusterPrograms())("pki");
    const hosts = ["localhost", "127.0.0.1"];
    const validity = { notBefore: "2000-01-01T00:00:00Z", notAfter: "2100-01-01T00:00:00Z" };
    const request = { name: "localhost", commonName: "localhost", hosts, ...validity };
    await pki(draft, { program }).issue([request]);
    await run(["mv", "-T", draft, dir]);
  }
  const files = ["localhost.crt", "localhost.key"].map(async (path): Promise<TarEntry> => ({
    kind: "file",
    path,
    data: await Deno.readFile(`${dir}/${path}`),
  }));
  return await Promise.all(files);
}

async function agnhostImage(name: string, programs: ConformancePrograms): Promise<ImageSpec> {
  const base = await busyboxImage(name);
  const tools = await Promise.all(AGNHOST_TOOLS.map(machineProgram));
  const replaced = new Set(["bin/bash", "bin/hostname"]);
  const libraries = new Map(tools.flatMap(({ libraries }) => libraries).map((it) => [it.path, it]));
  const agnhost = await Deno.readFile(programs("agnhost"));
  return {
    name,
    config: { ...base.config, Entrypoint: ["/agnhost"], Cmd: ["pause"] },
    files: [
      ...base.files.filter(({ path }) => !replaced.has(path)).map(withAgnhostUsers),
      { kind: "file", path: "agnhost", data: agnhost, mode: 0o755 },
      { kind: "symlink", path: "agnhost-2", target: "agnhost" },
      { kind: "dir", path: "uploads/" },
      ...await localhostCertificate(),
      ...tools.map(({ file }) => file),
      ...libraries.values(),
    ],
  };
}

function withAgnhostUsers(entry: TarEntry): TarEntry {
  const extra = { "etc/passwd": AGNHOST_PASSWD, "etc/group": AGNHOST_GROUP }[entry.path];
  if (extra === undefined || entry.kind !== "file") return entry;
  const text = new TextDecoder().decode(entry.data) + extra;
  return { ...entry, data: new TextEncoder().encode(text) };
}

interface MachineProgram {
  readonly file: TarEntry;
  readonly libraries: readonly TarEntry[];
}

/** One of this machine's programs with the libraries that it is linked with. */
async function machineProgram(
  { program, path }: { readonly program: string; readonly path: string },
): Promise<MachineProgram> {
  const source = await findProgram(program);
  if (source === undefined) throw new Error(`no ${program} on this machine`);
  const { stdout } = await run(["ldd", source]);
  const libraries = [...stdout.matchAll(/\s(\/\S+) \(0x/g)].flatMap(([, library]) => library ?? []);
  return {
    file: { kind: "file", path, data: await Deno.readFile(source), mode: 0o755 },
    libraries: await Promise.all(libraries.map(async (library): Promise<TarEntry> => ({
      kind: "file",
      path: library.slice(1),
      data: await Deno.readFile(library),
      mode: 0o755,
    }))),
  };
}

/** busybox answers in nginx's place. */
async function nginxImage(name: string): Promise<ImageSpec> {
  const base = await busyboxImage(name);
  const page = new TextEncoder().encode("<title>Welcome to nginx!</title>\n");
  return {
    name,
    config: { ...base.config, Cmd: ["httpd", "-f", "-p", "80", "-h", "/usr/share/nginx/html"] },
    files: [...base.files, { kind: "file", path: "usr/share/nginx/html/index.html", data: page }],
  };
}

async function nonrootImage(name: string): Promise<ImageSpec> {
  const base = await busyboxImage(name);
  return { ...base, config: { ...base.config, User: "1234" } };
}

async function nonewprivsImage(name: string, programs: ConformancePrograms): Promise<ImageSpec> {
  const base = await busyboxImage(name);
  const data = await Deno.readFile(programs("nnp"));
  return {
    name,
    config: { ...base.config, Cmd: ["/usr/local/bin/nnp"], User: "1000" },
    files: [...base.files, { kind: "file", path: "usr/local/bin/nnp", data, mode: 0o6755 }],
  };
}
