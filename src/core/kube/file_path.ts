/** Paths in a kubeconfig: relative ones begin in its own folder. */

/** Of an absolute path; "" for the root, so that a path can be added to it. */
export function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/"));
}

/** As it is, or inside the folder. */
export function pathFrom(folder: string, path: string): string {
  return path.startsWith("/") ? path : `${folder}/${path}`;
}
