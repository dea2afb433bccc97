/** Makes pods wait for the images that are being imported at start, rather than look for them in a registry. */
import type { Images } from "../../ports/images.ts";

/** An image that is not there is looked for again once the import is over; those that are there are given at once. */
export function imagesAfterImport(images: Images, imported: Promise<void>): Images {
  return {
    ...images,
    async status(image) {
      const found = await images.status(image);
      if (found !== null) return found;
      await imported;
      return await images.status(image);
    },
  };
}
