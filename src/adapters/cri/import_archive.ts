/** Imports an image archive with containerd's own client, `ctr`. */
import type { Clock } from "../../ports/clock.ts";
import { Failed, Invalid, messageOf, type PortError, Unavailable } from "../../ports/errors.ts";
import type { Images } from "../../ports/images.ts";
import { compressionOf, unpack } from "./archive.ts";
import { containerdNamespace } from "./methods.ts";

export interface ImportDeps {
  readonly socket: string;
  readonly clock: Clock;
  readonly images: Pick<Images, "status">;
}

/**
 * Gives the names of the images, once CRI knows them. Throws Invalid with ctr's own words for what is no archive of
 * images.
 */
export async function importArchive(path: string, deps: ImportDeps): Promise<readonly string[]> {
  const names = importedNames(await runImport(path, deps.socket));
  // ctr takes it and keeps nothing of it.
  if (names.length === 0) throw new Invalid(`${path}: no image in it has a name`);
  for (const name of names) await untilKnown(name, deps);
  return names;
}

async function runImport(path: string, socket: string): Promise<string> {
  const compression = await compressionOf(path);
  if (compression === "none") return await ctr(path, { input: path, socket });
  const content = await unpack(path, compression);
  return await ctr(path, { input: content, socket });
}

/** Gives what ctr printed. */
async function ctr(
  path: string,
  { input, socket }: {
    readonly input: string | ReadableStream<Uint8Array>;
    readonly socket: string;
  },
): Promise<string> {
  const isFile = typeof input === "string";
  const child = spawn({
    args: [
      ...["--address", socket, "--namespace", containerdNamespace],
      ...["images", "import", isFile ? input : "-"],
    ],
    stdin: isFile ? "null" : "piped",
  });
  const [fed, output] = await Promise.all([
    isFile ? null : input.pipeTo(child.stdin).then(() => null, messageOf),
    child.output(),
  ]);
  const text = new TextDecoder();
  if (output.success) return text.decode(output.stdout);
  throw importError({ path, said: text.decode(output.stderr), fed });
}

function spawn(options: Deno.CommandOptions): Deno.ChildProcess {
  try {
    return new Deno.Command("ctr", { ...options, stdout: "piped", stderr: "piped" }).spawn();
  } catch (cause) {
    throw new Failed(`ctr, which comes with containerd, cannot be run: ${messageOf(cause)}`, {
      cause,
    });
  }
}

const away = /failed to dial|unavailable|transport is closing|error reading from server/i;
const nodesFault = /no space left on device|read-only file system|input\/output error/i;

/** Exported for its test. `fed` is why the content could not be handed over: ctr ended, or it could not be unpacked. */
export function importError(
  { path, said, fed }: {
    readonly path: string;
    readonly said: string;
    readonly fed: string | null;
  },
): PortError {
  const words = said.trim().split("\n").at(-1)?.replace(/^ctr: /, "") ?? "";
  const unpacking = fed !== null && !/broken pipe/i.test(fed) ? `${fed}: ` : "";
  const message = `${path}: ${unpacking}${words}`;
  if (away.test(words)) return new Unavailable(message);
  return nodesFault.test(words) ? new Failed(message) : new Invalid(message);
}

/** What ctr prints for each image: up to 1.7 `unpacking NAME (DIGEST)...done`, from 2.0 on `NAME  saved`. */
const nameLine = /^unpacking (\S+) \(\S+\)\.\.\.|^(\S+)\s+saved\s*$/gm;

/** Exported for its test. */
export function importedNames(printed: string): readonly string[] {
  const names = [...printed.matchAll(nameLine)].map(([, old, current]) => old ?? current ?? "");
  return [...new Set(names)];
}

const knownWithinMs = 5_000;
const askEveryMs = 20;

/** CRI hears of a new image from an event, a moment after ctr is done. */
async function untilKnown(name: string, { clock, images }: ImportDeps): Promise<void> {
  const deadline = clock.monotonic() + knownWithinMs;
  while (await images.status(name) === null) {
    if (clock.monotonic() > deadline) {
      throw new Failed(`the runtime does not know the image ${name} after its import`);
    }
    await clock.sleep(askEveryMs);
  }
}
