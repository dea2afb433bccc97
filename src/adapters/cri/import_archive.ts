/** Imports an image archive with containerd's own client, `ctr`. */
import type { Clock } from "../../ports/clock.ts";
import { Failed, Invalid, messageOf, type PortError, Unavailable } from "../../ports/errors.ts";
import type { Images } from "../../ports/images.ts";
import { compressionOf, unpack } from "./archive.ts";
import { containerdNamespace } from "./methods.ts";

export interface ImportDeps {
  /** containerd's, as a path. */
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
  return compression === "none"
    ? await ctr(path, { socket })
    : await ctr(path, { socket, content: () => unpack(path, compression) });
}

/** Opens what ctr is to read; only called once ctr runs. */
type Content = () => Promise<ReadableStream<Uint8Array>>;

/** Gives what ctr printed. Without `content` it reads the file itself. */
async function ctr(
  path: string,
  { socket, content }: { readonly socket: string; readonly content?: Content },
): Promise<string> {
  const child = spawn({
    args: [
      ...["--address", socket, "--namespace", containerdNamespace],
      ...["images", "import", content === undefined ? path : "-"],
    ],
    stdin: content === undefined ? "null" : "piped",
  });
  const [fed, output] = await Promise.all([
    content === undefined ? null : feed(child.stdin, content),
    child.output(),
  ]);
  const text = new TextDecoder();
  if (output.success) return text.decode(output.stdout);
  throw importError({ path, said: text.decode(output.stderr), fed });
}

/** Gives why the content could not be handed over, or null. */
async function feed(stdin: WritableStream<Uint8Array>, content: Content): Promise<string | null> {
  try {
    await (await content()).pipeTo(stdin);
    return null;
  } catch (error) {
    // Left open, it would have ctr wait for more.
    await stdin.abort(error);
    return messageOf(error);
  }
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
