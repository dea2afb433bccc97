/** The image folder's suite against the fake. */
import { fakeImageFolder } from "../../fakes/image_folder.ts";
import { imageFolderSuite } from "../image_folder_suite.ts";

imageFolderSuite("fake image folder", () => {
  const folder = fakeImageFolder();
  return Promise.resolve({
    folder,
    put: (name, sizeBytes) => Promise.resolve(folder.put(name, { sizeBytes })),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  });
});
