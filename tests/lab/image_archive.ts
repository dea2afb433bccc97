/** Packs one image as an archive that both `docker load` and an OCI importer read: no daemon, no registry. */
import { tar, type TarEntry } from "./tar.ts";

/** What an image consists of. */
export interface ImageSpec {
  /** Full name with tag, such as `skerry.test/busybox:1`. */
  readonly name: string;
  /** The files of its one layer, in order; parents before children. */
  readonly files: readonly TarEntry[];
  readonly config: ImageConfig;
  /** As Deno names it. Default: this machine's. */
  readonly arch?: typeof Deno.build.arch;
}

/** The part of an OCI image configuration that says how to run it. */
export interface ImageConfig {
  readonly Env?: readonly string[];
  readonly Entrypoint?: readonly string[];
  readonly Cmd?: readonly string[];
  readonly User?: string;
  readonly WorkingDir?: string;
  readonly StopSignal?: string;
  readonly Labels?: Readonly<Record<string, string>>;
}

interface Blob {
  readonly digest: string;
  readonly data: Uint8Array<ArrayBuffer>;
}

/** Go's name of an architecture, which image configurations use. */
function goArch(arch: typeof Deno.build.arch): string {
  return arch === "x86_64" ? "amd64" : "arm64";
}

/** Hex SHA-256 of `data`. */
export async function sha256(data: Uint8Array<ArrayBuffer>): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", data)).toHex();
}

async function blob(data: Uint8Array<ArrayBuffer>): Promise<Blob> {
  return { digest: await sha256(data), data };
}

async function jsonBlob(value: unknown): Promise<Blob> {
  return await blob(new TextEncoder().encode(JSON.stringify(value)));
}

function describe(mediaType: string, { digest, data }: Blob) {
  return { mediaType, digest: `sha256:${digest}`, size: data.length };
}

function jsonFile(path: string, value: unknown): TarEntry {
  return { kind: "file", path, data: new TextEncoder().encode(JSON.stringify(value)) };
}

/**
 * The archive (an uncompressed tar) of one image.
 *
 * @see https://github.com/opencontainers/image-spec/blob/main/image-layout.md
 */
export async function imageArchive(spec: ImageSpec): Promise<Uint8Array<ArrayBuffer>> {
  const layer = await blob(tar(spec.files));
  const config = await jsonBlob({
    architecture: goArch(spec.arch ?? Deno.build.arch),
    os: "linux",
    created: "1970-01-01T00:00:00Z",
    config: spec.config,
    rootfs: { type: "layers", diff_ids: [`sha256:${layer.digest}`] },
    history: [{ created: "1970-01-01T00:00:00Z", created_by: "skerry test lab" }],
  });
  const manifest = await jsonBlob({
    schemaVersion: 2,
    mediaType: "application/vnd.oci.image.manifest.v1+json",
    config: describe("application/vnd.oci.image.config.v1+json", config),
    layers: [describe("application/vnd.oci.image.layer.v1.tar", layer)],
  });
  const blobs = [config, layer, manifest];
  return tar([
    jsonFile("oci-layout", { imageLayoutVersion: "1.0.0" }),
    jsonFile("index.json", {
      schemaVersion: 2,
      manifests: [{
        ...describe("application/vnd.oci.image.manifest.v1+json", manifest),
        annotations: {
          "io.containerd.image.name": spec.name,
          "org.opencontainers.image.ref.name": spec.name.slice(spec.name.lastIndexOf(":") + 1),
        },
      }],
    }),
    jsonFile("manifest.json", [{
      Config: `blobs/sha256/${config.digest}`,
      RepoTags: [spec.name],
      Layers: [`blobs/sha256/${layer.digest}`],
    }]),
    { kind: "dir", path: "blobs/" },
    { kind: "dir", path: "blobs/sha256/" },
    ...blobs.map(({ digest, data }): TarEntry => ({
      kind: "file",
      path: `blobs/sha256/${digest}`,
      data,
    })),
  ]);
}
