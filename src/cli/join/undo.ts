/** Changes that can be taken back: what is done in vain leaves no trace. */
import { dirname } from "node:path/posix";
import { removeIfThere, writeDurably } from "../../adapters/linux/durable_file.ts";
import { orNull } from "../../adapters/linux/or_null.ts";

export interface Undo {
  /** Remembers how to take back what is done next, and what is to be tidied up once it is for good. */
  push(step: UndoStep): void;
  /** Takes everything back, the latest first, as far as it can; what cannot is given. */
  run(): Promise<readonly unknown[]>;
  /** All is for good. */
  settle(): Promise<void>;
}

export interface UndoStep {
  readonly back: () => Promise<void>;
  readonly settle?: () => Promise<void>;
}

export function createUndo(): Undo {
  const steps: UndoStep[] = [];
  return {
    push: (step) => void steps.push(step),
    async run() {
      const failures: unknown[] = [];
      for (const { back } of steps.splice(0).reverse()) {
        await back().catch((error: unknown) => void failures.push(error));
      }
      return failures;
    },
    async settle() {
      for (const { settle } of steps.splice(0)) await settle?.();
    },
  };
}

/** Writes a file, or takes its place; a file that is there keeps its permissions. Its folder is made. */
export async function changeFile(
  path: string,
  { content, mode, undo }: {
    readonly content: string;
    readonly mode: number;
    readonly undo: Undo;
  },
): Promise<void> {
  const info = await orNull(Deno.stat(path));
  const before = info === null ? null : await Deno.readTextFile(path);
  // What lies behind a link is changed, not the link.
  const real = info === null ? path : await Deno.realPath(path);
  const permissions = (info?.mode ?? mode) & 0o7777;
  await Deno.mkdir(dirname(real), { recursive: true, mode: 0o755 });
  undo.push({
    back: before === null
      ? () => removeIfThere(real)
      : () => writeDurably(real, { content: before, mode: permissions }),
  });
  await writeDurably(real, { content, mode: permissions });
}

/** Takes a file or a link out of the way. Idempotent. */
export async function setAside(path: string, { undo }: { readonly undo: Undo }): Promise<void> {
  if (await orNull(Deno.lstat(path)) === null) return;
  const aside = `${path}.before-join`;
  await Deno.rename(path, aside);
  undo.push({
    back: () => Deno.rename(aside, path),
    settle: () => removeIfThere(aside),
  });
}
