/** What every image store must do. */
import assert from "node:assert/strict";
import type { RegistryAuth } from "../../src/core/cri/types.ts";
import { Failed, Forbidden, Invalid } from "../../src/ports/errors.ts";
import type { Images } from "../../src/ports/images.ts";

/** The store under test, with a registry and archives around it. */
export interface ImagesSubject extends AsyncDisposable {
  readonly images: Images;
  /** The full name of an image that everybody may pull. */
  readonly open: string;
  /** The full name of an image that may be pulled with `login` only. */
  readonly guarded: string;
  readonly login: RegistryAuth;
  /** A name that the registry does not know. */
  readonly unknown: string;
  readonly archive: { readonly path: string; readonly name: string };
  /** Files that are no archives of images. */
  readonly badArchives: readonly string[];
}

type Case = (subject: ImagesSubject) => Promise<void>;

/** One test with a step for each duty; the steps build on one another. */
export function imagesSuite(name: string, open: () => Promise<ImagesSubject>): void {
  Deno.test(name, async (t) => {
    await using subject = await open();
    for (const [what, body] of Object.entries(cases)) await t.step(what, () => body(subject));
  });
}

const cases: Readonly<Record<string, Case>> = {
  "an image that is not there is null": async ({ images, open }) => {
    assert.equal(await images.status(open), null);
    assert.equal(await images.status("sha256:" + "0".repeat(64)), null);
  },

  "a pulled image is there under its tag, its digest and its reference": async (
    { images, open },
  ) => {
    const reference = await images.pull({ image: open });
    const image = await images.status(open);
    assert.ok(image !== null);
    assert.match(image.id, /^sha256:[0-9a-f]{64}$/);
    assert.ok(image.tags.includes(open), String(image.tags));
    assert.match(image.digests[0] ?? "", /@sha256:[0-9a-f]{64}$/);
    assert.ok(image.sizeBytes > 0);
    assert.deepEqual([image.username, image.pinned], ["", false]);
    for (const other of [reference, image.digests[0] ?? "", image.id]) {
      assert.equal((await images.status(other))?.id, image.id, other);
    }
    assert.ok((await images.list()).some(({ id }) => id === image.id));
  },

  "pulling what is there gives the same reference": async ({ images, open }) => {
    assert.equal(await images.pull({ image: open }), await images.pull({ image: open }));
  },

  "an image that the registry does not know fails with the registry's words": async (
    { images, unknown },
  ) => {
    await assert.rejects(
      images.pull({ image: unknown }),
      isError(
        Failed,
        /^rpc error: code = NotFound desc = failed to pull and unpack image "\S+": .*not found$/,
      ),
    );
  },

  "a guarded image is Forbidden without the right login, and there with it": async (
    { images, guarded, login },
  ) => {
    await assert.rejects(
      images.pull({ image: guarded }),
      isError(Forbidden, /^failed to pull and unpack image "\S+": /),
    );
    await assert.rejects(
      images.pull({ image: guarded, auth: { ...login, password: "wrong" } }),
      isError(Forbidden, /^failed to pull and unpack image "\S+": /),
    );
    assert.equal(await images.status(guarded), null);
    await images.pull({ image: guarded, auth: login });
    assert.notEqual(await images.status(guarded), null);
  },

  "a pull that is not wanted any more ends with the signal's reason": async (
    { images, open },
  ) => {
    const reason = new Error("not wanted");
    const pull = images.pull({ image: open, signal: AbortSignal.abort(reason) });
    await assert.rejects(pull, (error) => error === reason);
  },

  "removing twice is as good as once": async ({ images, open }) => {
    await images.remove(open);
    await images.remove(open);
    assert.equal(await images.status(open), null);
  },

  "an archive's images are known when its import is done": async ({ images, archive }) => {
    assert.deepEqual(await images.importArchive(archive.path), [archive.name]);
    assert.notEqual(await images.status(archive.name), null);
    assert.deepEqual(await images.importArchive(archive.path), [archive.name]);
  },

  "it says where images lie": async ({ images }) => {
    const { mountpoint, usedBytes, inodesUsed } = await images.fileSystem();
    assert.match(mountpoint, /^\/./);
    assert.ok(usedBytes >= 0 && inodesUsed >= 0);
  },

  "what is no archive of images is Invalid in one line that names the file": async (
    { images, badArchives },
  ) => {
    for (const path of badArchives) {
      await assert.rejects(
        images.importArchive(path),
        (error) => {
          assert.ok(error instanceof Invalid, String(error));
          assert.ok(error.message.startsWith(`${path}: `), error.message);
          assert.match(error.message, /^[^\n]+\w$/);
          return true;
        },
      );
    }
  },
};

function isError(
  Class: typeof Failed | typeof Forbidden,
  message: RegExp,
): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof Class, String(error));
    assert.match(error.message, message);
    return true;
  };
}
