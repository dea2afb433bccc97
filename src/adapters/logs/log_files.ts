/** The containers' log files as they lie on the disk. */
import type { Clock } from "../../ports/clock.ts";
import type { LogFiles } from "../../ports/log_files.ts";
import { compressedSuffix, temporarySuffix } from "../../core/node/log_rotation.ts";
import { orNull } from "../linux/or_null.ts";
import { createChangeHints } from "./change_hint.ts";
import { readLog } from "./log_reader.ts";
import { named } from "./port_errors.ts";

/** `clock` paces the following of a log. */
export function createLogFiles({ clock }: { readonly clock: Clock }): LogFiles {
  const hints = createChangeHints(clock);
  return {
    size: (path) => named(path, async () => (await orNull(Deno.stat(path)))?.size ?? null),
    list: (directory) =>
      named(
        directory,
        async () =>
          await orNull(Array.fromAsync(Deno.readDir(directory), ({ name }) => name)) ?? [],
      ),
    rename: ({ from, to }) => named(from, () => Deno.rename(from, to)),
    remove: (path) => named(path, async () => void await orNull(Deno.remove(path))),
    compress: (path) => named(path, () => compress(path)),
    read: (request, signal) => readLog({ ...request, clock, hints, signal }),
  };
}

async function compress(path: string): Promise<void> {
  using source = await Deno.open(path);
  const { mode } = await source.stat();
  const temporary = `${path}${temporarySuffix}`;
  const target = await Deno.open(temporary, {
    write: true,
    create: true,
    truncate: true,
    mode: (mode ?? 0o640) & 0o777,
  });
  // Piping closes the target, and the source at its end.
  await source.readable.pipeThrough(new CompressionStream("gzip")).pipeTo(target.writable);
  await Deno.rename(temporary, `${path}${compressedSuffix}`);
  await Deno.remove(path);
}
