/** A folder of image archives in memory. */
import type { ArchiveFile, ImageFolder, ImportedArchive } from "../../src/ports/image_folder.ts";

export interface FakeImageFolder extends ImageFolder {
  /** Puts an archive into the folder, or another one in its place. */
  put(name: string, fields?: Partial<Omit<ArchiveFile, "path">>): void;
  /** Everything that was remembered, the latest last. */
  readonly saved: readonly (readonly ImportedArchive[])[];
}

export function fakeImageFolder(): FakeImageFolder {
  const path = "/images";
  const files = new Map<string, ArchiveFile>();
  const saved: (readonly ImportedArchive[])[] = [];
  return {
    path,
    saved,
    put: (name, fields = {}) => {
      const file = { sizeBytes: 10, modifiedAt: 1, ...fields, path: `${path}/${name}` };
      files.set(name, file);
    },
    archives: () =>
      Promise.resolve([...files.keys()].toSorted().flatMap((n) => files.get(n) ?? [])),
    imported: () => Promise.resolve(saved.at(-1) ?? []),
    remember: (archives) => Promise.resolve(void saved.push(archives)),
  };
}
