/** Opens the store in a folder as the agent does. */
import { openStore } from "../../src/adapters/sqlite/store.ts";
import type { Log } from "../../src/ports/log.ts";
import type { Store } from "../../src/ports/store.ts";

export function openStoreIn(folder: string, log: Log): Promise<Store> {
  const keys = { defaultPath: `${folder}/store.key` };
  return openStore({ path: `${folder}/skerry.db`, keys, log, now: () => Date.UTC(2026, 0, 1) });
}
