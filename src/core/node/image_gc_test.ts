/** Which images go, and in which order. */
import assert from "node:assert/strict";
import type { Image } from "../cri/types.ts";
import {
  agedImages,
  bytesToFree,
  type ImageGcPolicy,
  type ImageHistories,
  imagesForRoom,
  lookAtImages,
  unusedImages,
} from "./image_gc.ts";

const policy: ImageGcPolicy = { highPercent: 85, lowPercent: 80, minAgeMs: 120_000, maxAgeMs: 0 };

const image = (id: string, sizeBytes = 100): Image => ({
  id,
  sizeBytes,
  tags: [],
  digests: [],
  username: "",
  pinned: false,
});
const [a, b, c] = [image("a"), image("b"), image("c")];

/** Looks at the images at these times while some of them are used. */
function looked(...looks: readonly (readonly [at: number, used: readonly Image[]])[]) {
  const images = [a, b, c];
  return looks.reduce<ImageHistories>(
    (before, [at, used]) =>
      lookAtImages(before, { images, at, isUsed: (one) => used.includes(one) }),
    new Map(),
  );
}

const cases = [
  { used: 84, bytes: 0 },
  { used: 85, bytes: 50 },
  { used: 100, bytes: 200 },
];
for (const { used, bytes } of cases) {
  Deno.test(`${used} % of 1,000 bytes used: ${bytes} must come free`, () => {
    const use = { capacityBytes: 1_000, availableBytes: 1_000 - used * 10 };
    assert.equal(bytesToFree(use, policy), bytes);
    assert.equal(bytesToFree(use, { ...policy, highPercent: 100 }), 0);
  });
}

Deno.test("the image that was used the longest ago goes first, what is used stays", () => {
  const histories = looked([0, [a]], [10, [b]], [20, [c]]);
  const unused = unusedImages(histories, { images: [c, b, a], at: 20 });
  assert.deepEqual(unused.map(({ image }) => image.id), ["a", "b"]);
});

Deno.test("what nobody has used goes before what was used, and only as much as is needed", () => {
  const unused = unusedImages(looked([0, [a]], [300_000, [b]]), {
    images: [a, b, c],
    at: 300_000,
  });
  const free = (bytes: number) => imagesForRoom(unused, { ...policy, bytes, at: 300_000 });
  assert.deepEqual(free(1), [c]);
  assert.deepEqual(free(101), [c, a]);
  assert.deepEqual(free(1_000), [c, a]);
  assert.deepEqual(free(0), []);
});

Deno.test("a young image stays", () => {
  const unused = unusedImages(looked([0, []]), { images: [a, b, c], at: 1 });
  assert.deepEqual(imagesForRoom(unused, { ...policy, bytes: 1, at: 119_999 }), []);
  assert.equal(imagesForRoom(unused, { ...policy, bytes: 1, at: 120_000 }).length, 1);
});

Deno.test("an image goes for its age when it was not used for longer than that", () => {
  const unused = unusedImages(looked([0, [a]], [10, []]), { images: [a, b], at: 10 });
  const aged = (at: number, maxAgeMs = 100) => agedImages(unused, { maxAgeMs, at });
  assert.deepEqual(aged(100), []);
  assert.deepEqual(aged(101).map(({ id }) => id), ["b", "a"]);
  assert.deepEqual(aged(1_000, 0), []);
});
