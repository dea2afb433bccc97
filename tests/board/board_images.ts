/** The images of the board's pods, made of the board's own busybox. */
import { writeWhole } from "../lab/cache.ts";
import { imageArchive } from "../lab/image_archive.ts";
import { imageOfBusybox, IMAGES, pauseImage, readBusybox } from "../lab/images.ts";
import { boardImage } from "./board_image.ts";
import { emulateArm64 } from "./emulation.ts";
import { PAUSE_IMAGE } from "./recipe.ts";

/** Writes one archive for each image into `dir`. */
export async function writeBoardImages(dir: string): Promise<void> {
  await emulateArm64();
  await Deno.mkdir(dir, { recursive: true });
  const arch = "aarch64";
  const busybox = await readBusybox({ path: (await boardImage()).busybox, arch });
  await writeWhole(`${dir}/pause.tar`, await imageArchive(pauseImage(PAUSE_IMAGE, { arch })));
  await writeWhole(
    `${dir}/busybox.tar`,
    await imageArchive(imageOfBusybox(IMAGES.busybox, busybox)),
  );
}
