/**
 * What CNI remembers of a sandbox's network, and needs to take it down. Whoever writes it may be cut off in the midst of it, by a power cut say;
 * from then on the network cannot be taken down, and the sandbox neither stopped nor removed.
 * @see https://github.com/containernetworking/cni/blob/main/libcni/api.go
 */
import { messageOf } from "../../ports/errors.ts";

/** libcni's own default, which no runtime changes. */
const defaultDir = "/var/lib/cni/results";

const unreadable = /failed to get network .* cached result/;

/** Whether a sandbox could not be stopped for that. */
export function isResultUnreadable(error: unknown): boolean {
  return unreadable.test(messageOf(error));
}

/** Removes what is remembered of the sandbox and cannot be read: it is as good as nothing, which CNI can do with. Gives whether there was any. */
export async function removeDamagedResults(
  sandboxId: string,
  dir: string = defaultDir,
): Promise<boolean> {
  let found = false;
  for await (const { name } of Deno.readDir(dir)) {
    if (!name.includes(`-${sandboxId}-`)) continue;
    const path = `${dir}/${name}`;
    if (isJson(await Deno.readTextFile(path))) continue;
    await Deno.remove(path);
    found = true;
  }
  return found;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
