/** Tells image archives by their names, as k3s does for its folder of images. */

const archiveName = /\.(tar(\.(gz|zst|bz2|lz4|xz))?|tgz|tzst|tbz|txz)$/;

/**
 * Whether a file of this name is to be imported. What is packed in a way that cannot be read is an archive too, so that
 * somebody is told.
 * @see https://docs.k3s.io/installation/airgap
 */
export function isImageArchive(fileName: string): boolean {
  return archiveName.test(fileName) && !fileName.startsWith(".");
}
