/** The sizes of images by which the kubelet tells the times of pulls apart. */

const mebibyte = 1024 ** 2;
const gibibyte = 1024 ** 3;

/** Ascending: each is for images of more bytes than its first number. */
const sizes: readonly (readonly [number, string])[] = [
  [0, "0-10MB"],
  [10 * mebibyte, "10MB-100MB"],
  [100 * mebibyte, "100MB-500MB"],
  [500 * mebibyte, "500MB-1GB"],
  [1 * gibibyte, "1GB-5GB"],
  [5 * gibibyte, "5GB-10GB"],
  [10 * gibibyte, "10GB-20GB"],
  [20 * gibibyte, "20GB-30GB"],
  [30 * gibibyte, "30GB-40GB"],
  [40 * gibibyte, "40GB-60GB"],
  [60 * gibibyte, "60GB-100GB"],
  [100 * gibibyte, "GT100GB"],
];

/** The label for an image of so many bytes; `N/A` where the runtime does not tell. */
export function imageSizeLabel(bytes: number): string {
  return sizes.findLast(([least]) => bytes > least)?.[1] ?? "N/A";
}
