/** A runtime's version as a Node shows it. */

/** `major.minor.patch` with what semantic versions may have behind: `-pre.release` and `+build`. */
const semantic = /^\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?$/;
const numbers = /^\d+(?:\.\d+)+/;

/**
 * `containerd://1.6.20`. As in the kubelet a version that is no semantic one loses what is behind its numbers, as distributions write
 * it: `1.6.20~ds1` is `1.6.20`.
 */
export function runtimeVersion(
  { name, version }: { readonly name: string; readonly version: string },
): string {
  const text = version.trim().replace(/^v/, "");
  const shown = semantic.test(text) ? text : numbers.exec(text)?.[0];
  return `${name}://${shown ?? "Unknown"}`;
}
