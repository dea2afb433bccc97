/** Paths written in one way. */

/** The path without superfluous slashes, dots and steps back; "" for where it starts. Symlinks are not thought of. */
export function cleanPath(path: string): string {
  const isAbsolute = path.startsWith("/");
  const names: string[] = [];
  for (const name of path.split("/")) {
    if (name === "" || name === ".") continue;
    const canStepBack = names.length > 0 && names.at(-1) !== "..";
    if (name !== ".." || !(canStepBack || isAbsolute)) names.push(name);
    else names.pop();
  }
  return (isAbsolute ? "/" : "") + names.join("/");
}
