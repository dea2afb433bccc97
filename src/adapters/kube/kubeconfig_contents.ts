/** The texts that a kubeconfig holds or names files of. */
import type { Content } from "../../core/kube/kubeconfig.ts";
import { messageOf, Unavailable } from "../../ports/errors.ts";
import { readSmallFile } from "../linux/small_file.ts";

/** In the same order; undefined stays undefined. Throws `Unavailable` for a file that cannot be read, or is empty. */
export function readContents(
  contents: readonly (Content | undefined)[],
): Promise<readonly (string | undefined)[]> {
  // A file with a certificate and its key is read once: it may be replaced between two readings.
  const files = new Map<string, Promise<string>>();
  return Promise.all(contents.map((content) => {
    if (content?.kind !== "file") return content?.text;
    const reading = files.get(content.path) ?? readText(content.path);
    files.set(content.path, reading);
    return reading;
  }));
}

async function readText(path: string): Promise<string> {
  const bytes = await readSmallFile(path).catch((cause) => {
    throw new Unavailable(
      `${path}, which the kubeconfig names, cannot be read: ${messageOf(cause)}`,
      {
        cause,
      },
    );
  });
  const text = new TextDecoder().decode(bytes);
  if (text.trim() === "") throw new Unavailable(`${path}, which the kubeconfig names, is empty`);
  return text;
}
