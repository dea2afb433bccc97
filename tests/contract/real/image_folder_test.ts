/** The image folder's suite against a folder on disk. */
import { imageFolder } from "../../../src/adapters/images/image_folder.ts";
import { imageFolderSuite } from "../image_folder_suite.ts";

imageFolderSuite("image folder on disk", async () => {
  const dir = await Deno.makeTempDir();
  return {
    folder: imageFolder(dir),
    put: (name, sizeBytes) => Deno.writeFile(`${dir}/${name}`, new Uint8Array(sizeBytes)),
    [Symbol.asyncDispose]: () => Deno.remove(dir, { recursive: true }),
  };
});
