/** Reads a kubeconfig from the disk. */
import { type Kubeconfig, parseKubeconfig } from "../../core/kube/kubeconfig.ts";
import { Invalid, messageOf, Unavailable } from "../../ports/errors.ts";
import { readSmallFile } from "../linux/small_file.ts";

/** `Invalid` names each problem on a line of its own, with file, line and column; `Unavailable`: it cannot be read. */
export async function readKubeconfig(path: string): Promise<Kubeconfig> {
  const bytes = await readSmallFile(path).catch((cause) => {
    throw new Unavailable(`${path} cannot be read: ${messageOf(cause)}`, { cause });
  });
  const parsed = parseKubeconfig(bytes, { path });
  if (parsed.ok) return parsed.value;
  const lines = parsed.error.map(({ line, column, message }) =>
    `${path}:${line}:${column}: ${message}`
  );
  throw new Invalid(lines.join("\n"));
}
