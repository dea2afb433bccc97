/** Wakes a reader soon after something in a folder changed; only a hint, so waiting always has a limit. */
import type { Clock } from "../../ports/clock.ts";
import { type FolderChanges, watchFolder } from "../linux/inotify.ts";

export interface ChangeHint extends Disposable {
  /** Resolves when something has changed since the last wait, after `ms`, or when the signal aborts. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
}

/** Watches until disposed. A folder that cannot be watched gives no hints. */
export function watchForChanges(folder: string, clock: Clock): ChangeHint {
  const watcher = tryWatch(folder);
  let changed = false;
  let wake = (): void => {};

  async function follow(): Promise<void> {
    if (watcher === null) return;
    for await (const _change of watcher) {
      changed = true;
      wake();
    }
  }
  // The stream breaks when the folder goes; polling goes on without it.
  follow().catch(() => {});

  async function wait(ms: number, signal: AbortSignal): Promise<void> {
    if (changed || signal.aborted) return void (changed = false);
    const { promise, resolve } = Promise.withResolvers<void>();
    const onAbort = (): void => resolve();
    wake = resolve;
    const timer = clock.after(ms, resolve);
    signal.addEventListener("abort", onAbort, { once: true });
    await promise;
    timer.cancel();
    signal.removeEventListener("abort", onAbort);
    changed = false;
  }

  return { wait, [Symbol.dispose]: () => watcher?.close() };
}

function tryWatch(folder: string): FolderChanges | null {
  try {
    return watchFolder(folder);
  } catch {
    return null;
  }
}
