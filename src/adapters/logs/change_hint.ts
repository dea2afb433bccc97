/** Wakes a reader soon after something in a folder changed; only a hint, so waiting always has a limit. */
import type { Clock } from "../../ports/clock.ts";
import { type FolderChanges, watchFolder } from "../linux/inotify.ts";

export interface ChangeHint extends Disposable {
  /** Resolves when something has changed since the last wait, after `ms`, or when the signal aborts. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
}

/** Gives the hints of a folder until they are disposed. */
export type ChangeHints = (folder: string) => ChangeHint;

/** A machine has 128 inotify instances for all that root runs, its container runtime included; each costs a thread as well. */
const mostWatches = 32;

/** So many readers get hints at once; the others, and those of a folder that cannot be watched, wait for nothing but time. */
export function createChangeHints(clock: Clock, most = mostWatches): ChangeHints {
  let watches = 0;
  return (folder) => {
    const watcher = watches < most ? tryWatch(folder) : null;
    if (watcher === null) return hintOf(null, clock);
    watches++;
    const hint = hintOf(watcher, clock);
    let given = true;
    const giveBack = (): void => {
      hint[Symbol.dispose]();
      if (given) watches--;
      given = false;
    };
    return { wait: hint.wait, [Symbol.dispose]: giveBack };
  };
}

function hintOf(watcher: FolderChanges | null, clock: Clock): ChangeHint {
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
