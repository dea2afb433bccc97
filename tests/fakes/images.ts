/** An image store in memory, with a registry behind it. */
import type { Image, RegistryAuth } from "../../src/core/cri/types.ts";
import { Failed, Forbidden, Invalid } from "../../src/ports/errors.ts";
import type { Images, PullRequest } from "../../src/ports/images.ts";
import type { Calls } from "./calls.ts";

type ImageFields = Partial<Pick<Image, "sizeBytes" | "uid" | "username" | "pinned">>;

/** How the registry holds an image. */
export interface Published extends ImageFields {
  /** How long a pull takes; progress is told every second. Default 0. */
  readonly takesMs?: number;
  /** Who may pull; everybody unless given. */
  readonly auth?: RegistryAuth;
}

export interface FakeImages extends Images {
  /** Puts an image into the runtime. */
  add(name: string, fields?: ImageFields): Image;
  /** Puts an image into the registry, to be pulled. Images that are nowhere give the registry's "not found". */
  publish(name: string, published?: Published): void;
  /** Makes `path` an archive that holds these images. */
  archive(path: string, names: readonly string[]): void;
  /** Finds by tag, digest, ID or the ID's first digits. */
  find(reference: string): Image | undefined;
  /** The requests of all pulls, credentials and all. */
  readonly pulls: readonly PullRequest[];
}

/** An empty store with an empty registry; calls on it go through `calls`. */
export function fakeImages(
  { calls }: { readonly calls: Calls },
): FakeImages {
  const store = new Map<string, Image>();
  const registry = new Map<string, Published>();
  const archives = new Map<string, readonly string[]>();
  const pulls: PullRequest[] = [];
  let lastId = 0;

  const find = (reference: string): Image | undefined =>
    store.get(fullName(reference)) ??
      [...store.values()].find((image) =>
        image.digests.includes(reference) || image.id === reference ||
        (/^[0-9a-f]{7,64}$/.test(reference) && image.id.startsWith(`sha256:${reference}`))
      );

  function add(name: string, fields: ImageFields = {}, digests: readonly string[] = []): Image {
    const tag = fullName(name);
    const id = `sha256:${(++lastId).toString(16).padStart(8, "0").repeat(8)}`;
    const image = { id, sizeBytes: 2_000_000, username: "", pinned: false, ...fields };
    store.set(tag, { ...image, tags: [tag], digests });
    return { ...image, tags: [tag], digests };
  }

  async function pull(request: PullRequest): Promise<string> {
    pulls.push(request);
    const name = fullName(request.image);
    const published = registry.get(name);
    const refused =
      `failed to pull and unpack image "${name}": failed to resolve reference "${name}"`;
    if (published === undefined) {
      throw new Failed(`rpc error: code = NotFound desc = ${refused}: ${name}: not found`);
    }
    if (!mayPull(published.auth, request.auth)) {
      throw new Forbidden(
        `${refused}: pull access denied, repository does not exist or may ` +
          "require authorization: server message: insufficient_scope: authorization failed",
      );
    }
    await download(request, published);
    const known = store.get(name);
    if (known !== undefined) return known.id;
    const repository = name.slice(0, name.lastIndexOf(":"));
    const { takesMs: _takes, auth: _auth, ...fields } = published;
    const digest = `sha256:${(lastId + 1).toString(16).padStart(8, "d").repeat(8)}`;
    return add(name, fields, [`${repository}@${digest}`]).id;
  }

  async function download(
    { signal, onProgress }: PullRequest,
    { takesMs = 0, sizeBytes = 2_000_000 }: Published,
  ): Promise<void> {
    for (let done = 0; done < takesMs;) {
      const step = Math.min(1000, takesMs - done);
      await calls.sleep(step, signal);
      done += step;
      onProgress?.({ doneBytes: Math.floor(sizeBytes * done / takesMs), totalBytes: sizeBytes });
    }
    signal?.throwIfAborted();
  }

  return {
    add: (name, fields) => add(name, fields),
    publish: (name, published = {}) => void registry.set(fullName(name), published),
    archive: (path, names) => void archives.set(path, names),
    find,
    pulls,
    status: (image) => calls.run({ method: "status" }, () => find(image) ?? null),
    fileSystem: () =>
      calls.run({ method: "fileSystem" }, () => ({
        mountpoint: "/var/lib/containerd",
        usedBytes: [...store.values()].reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
        inodesUsed: store.size,
      })),
    list: () => calls.run({ method: "list" }, () => [...store.values()]),
    pull: (request) =>
      calls.run({ method: "pull", text: `pull ${request.image}` }, () => pull(request)),
    remove: (reference) =>
      calls.run({ method: "remove", text: `remove ${reference}` }, () => {
        const image = find(reference);
        for (const [tag, { id }] of store) if (id === image?.id) store.delete(tag);
      }),
    importArchive: (path) =>
      calls.run({ method: "importArchive", text: `importArchive ${path}` }, () => {
        const names = archives.get(path);
        if (names === undefined) throw new Invalid(`${path}: not an image archive`);
        return names.map((name) => add(name).tags[0] ?? name);
      }),
  };
}

function mayPull(wanted: RegistryAuth | undefined, given: RegistryAuth | undefined): boolean {
  if (wanted === undefined) return true;
  return wanted.username === given?.username && wanted.password === given?.password;
}

/** `busybox` is docker.io/library/busybox:latest to every runtime. */
function fullName(reference: string): string {
  const [first = "", ...rest] = reference.split("/");
  const hasHost = rest.length > 0 && /[.:]|^localhost$/.test(first);
  const path = hasHost ? reference : `docker.io/${rest.length > 0 ? "" : "library/"}${reference}`;
  return /[@:][^/]*$/.test(path) ? path : `${path}:latest`;
}
