/** What every folder of image archives must do. */
import assert from "node:assert/strict";
import type { ImageFolder } from "../../src/ports/image_folder.ts";

export interface ImageFolderSubject extends AsyncDisposable {
  readonly folder: ImageFolder;
  /** Puts an archive of so many bytes into it. */
  put(name: string, sizeBytes: number): Promise<void>;
}

export function imageFolderSuite(name: string, subject: () => Promise<ImageFolderSubject>): void {
  Deno.test(`${name}: archives come in the order of their names, with their sizes`, async () => {
    await using place = await subject();
    await place.put("b.tar", 3);
    await place.put("a.tar.gz", 5);
    const found = await place.folder.archives();
    assert.deepEqual(found.map(({ path, sizeBytes }) => ({ path, sizeBytes })), [
      { path: `${place.folder.path}/a.tar.gz`, sizeBytes: 5 },
      { path: `${place.folder.path}/b.tar`, sizeBytes: 3 },
    ]);
  });

  Deno.test(`${name}: what is remembered last is what was imported, and is no archive`, async () => {
    await using place = await subject();
    assert.deepEqual(await place.folder.imported(), []);
    const first = { path: "/x/a.tar", sizeBytes: 1, modifiedAt: 2, names: ["a:1"] };
    const second = { path: "/x/b.tar", sizeBytes: 3, modifiedAt: 4, names: ["b:1", "b:2"] };
    await place.folder.remember([first]);
    await place.folder.remember([second]);
    assert.deepEqual(await place.folder.imported(), [second]);
    assert.deepEqual(await place.folder.archives(), []);
  });
}
