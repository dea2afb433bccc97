/** The lab's two images, made from this machine's static busybox and cached as archives outside the tree. */
import { cacheDir, writeWhole } from "./cache.ts";
import { imageArchive, type ImageSpec, sha256 } from "./image_archive.ts";
import { findProgram, MissingParts } from "./parts.ts";
import { pauseProgram } from "./pause.ts";
import { run } from "./run.ts";
import { isStaticProgram } from "./static_program.ts";
import type { TarEntry } from "./tar.ts";

/** Names of the images that every lab holds. */
export const IMAGES = {
  /** busybox with all its applets, a shell as its command, root and nobody as users. */
  busybox: "skerry.test/busybox:1",
  /** The sandbox image; ends at once on SIGTERM. */
  pause: "skerry.test/pause:1",
} as const;

/** Raise it when the content of an image changes, so that cached archives are not used any more. */
const LAYOUT_VERSION = 1;

const PATH_ENV = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
const PASSWD = "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n";
const GROUP = "root:x:0:\nnogroup:x:65534:\n";

function textFile(path: string, text: string): TarEntry {
  return { kind: "file", path, data: new TextEncoder().encode(text) };
}

/** A static busybox. */
export interface Busybox {
  readonly data: Uint8Array<ArrayBuffer>;
  readonly applets: readonly string[];
  /** As Deno names it. */
  readonly arch: typeof Deno.build.arch;
}

async function machineBusybox(): Promise<Busybox> {
  const path = await findProgram("busybox");
  if (path === undefined) {
    throw new MissingParts("no busybox. Install with: sudo apt-get install -y busybox-static");
  }
  return await readBusybox({ path, arch: Deno.build.arch });
}

/** Of another machine's architecture as well, where the kernel can have its programs emulated. */
export async function readBusybox(
  { path, arch }: { readonly path: string; readonly arch: Busybox["arch"] },
): Promise<Busybox> {
  const data = await Deno.readFile(path);
  if (!isStaticProgram(data)) {
    throw new MissingParts(
      `${path} needs a libc, which images made of it do not have. ` +
        "Install with: sudo apt-get install -y busybox-static (it takes the place of busybox)",
    );
  }
  const { stdout } = await run([path, "--list"]);
  return {
    data,
    applets: stdout.trim().split("\n").filter((name) => name !== "busybox"),
    arch,
  };
}

/** The busybox image under any name: for tests that push or import images of their own. */
export async function busyboxImage(name: string = IMAGES.busybox): Promise<ImageSpec> {
  return imageOfBusybox(name, await machineBusybox());
}

/** The same of a given busybox. */
export function imageOfBusybox(name: string, { data, applets, arch }: Busybox): ImageSpec {
  return {
    name,
    arch,
    config: { Env: [PATH_ENV], Cmd: ["sh"] },
    files: [
      { kind: "dir", path: "bin/" },
      { kind: "file", path: "bin/busybox", data, mode: 0o755 },
      ...applets.map((applet): TarEntry => ({
        kind: "symlink",
        path: `bin/${applet}`,
        target: "busybox",
      })),
      { kind: "dir", path: "etc/" },
      textFile("etc/passwd", PASSWD),
      textFile("etc/group", GROUP),
      { kind: "dir", path: "root/", mode: 0o700 },
      { kind: "dir", path: "tmp/", mode: 0o1777 },
      { kind: "dir", path: "var/" },
      { kind: "dir", path: "var/www/" },
    ],
  };
}

/** The pause image under any name. */
export function pauseImage(
  name: string = IMAGES.pause,
  { arch = Deno.build.arch }: { readonly arch?: Busybox["arch"] } = {},
): ImageSpec {
  return {
    name,
    arch,
    config: { Env: [PATH_ENV], Entrypoint: ["/pause"], User: "65535:65535" },
    files: [{ kind: "file", path: "pause", data: pauseProgram(arch), mode: 0o755 }],
  };
}

/** Paths of the archives of the lab's images. */
export type ArchivePaths = { readonly [image in keyof typeof IMAGES]: string };

/** Gives the archives of the lab's images, building what the cache does not have for this busybox. */
export async function cachedArchives(): Promise<ArchivePaths> {
  const busybox = await busyboxImage();
  return { busybox: await cachedArchive(busybox), pause: await cachedArchive(pauseImage()) };
}

/** Gives the path of an image's archive, which the cache keeps for this name and these files. */
export async function cachedArchive(spec: ImageSpec): Promise<string> {
  const dir = await cacheDir();
  const content = spec.files.flatMap((file) => file.kind === "file" ? [file.data] : []);
  const digests = await Promise.all(content.map(sha256));
  const key = await sha256(
    new TextEncoder().encode(
      [LAYOUT_VERSION, spec.name, JSON.stringify(spec.config), ...digests].join(),
    ),
  );
  const path = `${dir}/${spec.name.replace(/[/:]/g, "-")}-${key.slice(0, 16)}.tar`;
  if (!(await Deno.stat(path).then(() => true, () => false))) {
    await writeWhole(path, await imageArchive(spec));
  }
  return path;
}

/** Writes the archive of `spec` to `path`, for tests of image import and of registries. */
export async function writeImageArchive(
  spec: ImageSpec,
  { path }: { readonly path: string },
): Promise<void> {
  await writeWhole(path, await imageArchive(spec));
}
