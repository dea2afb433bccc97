/** Where in a volume a file may lie. */

const maxPathBytes = 4096;
const maxNameBytes = 255;

/** The kubelet's words for a path that leads out of the volume or into what the agent keeps there, or null. */
export function payloadPathProblem(path: string): string | null {
  if (path === "") return 'invalid path: must not be empty: ""';
  if (path.startsWith("/")) return `invalid path: must be relative path: ${path}`;
  if (byteLength(path) > maxPathBytes) {
    return `invalid path: must be less than or equal to ${maxPathBytes} characters`;
  }
  const names = path.split("/");
  if (names.includes("..")) return `invalid path: must not contain '..': ${path}`;
  if (names.some((name) => byteLength(name) > maxNameBytes)) {
    return `invalid path: filenames must be less than or equal to ${maxNameBytes} characters`;
  }
  return path.startsWith("..") ? `invalid path: must not start with '..': ${path}` : null;
}

function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}
