/** Finds denort, the runtime that `deno compile` puts in front of a program, or says why it cannot be had. */

/** The architectures that Skerry is built for. */
export const ARCHES = ["x86_64", "aarch64"] as const;
export type Arch = typeof ARCHES[number];

/** Where `deno compile` will get denort from. */
export type Denort =
  /** The file that DENORT_BIN names. */
  | { readonly kind: "given"; readonly path: string }
  /** Deno's cache, or its download host; Deno fetches it by itself. */
  | { readonly kind: "cached" | "download" }
  | { readonly kind: "none"; readonly reason: string };

/** Where to look. */
export interface DenortSources {
  /** DENORT_BIN; an empty string counts as unset. */
  readonly given: string | undefined;
  /** DENO_DIR. */
  readonly denoDir: string;
  readonly denoVersion: string;
}

const CONNECT_TIMEOUT_MS = 10_000;
/** e_machine of the ELF header. */
const ELF_MACHINES: Readonly<Record<number, Arch>> = { 62: "x86_64", 183: "aarch64" };

/** Deno's name of the target. */
export function target(arch: Arch): string {
  return `${arch}-unknown-linux-gnu`;
}

/** The architecture of an executable; undefined for a file that is no 64-bit ELF file of a known machine. */
export async function elfArch(path: string): Promise<Arch | undefined> {
  using file = await Deno.open(path);
  const header = new Uint8Array(20);
  if ((await file.read(header)) !== header.length) return undefined;
  const [a, b, c, d, bits] = header;
  const isElf64 = a === 0x7f && b === 0x45 && c === 0x4c && d === 0x46 && bits === 2;
  return isElf64 ? ELF_MACHINES[new DataView(header.buffer).getUint16(18, true)] : undefined;
}

async function reach(url: string): Promise<string | undefined> {
  try {
    const signal = AbortSignal.timeout(CONNECT_TIMEOUT_MS);
    const response = await fetch(url, { method: "HEAD", signal });
    await response.body?.cancel();
    return response.ok ? undefined : `${url} answers ${response.status}`;
  } catch (error) {
    return `${url} cannot be reached (${error instanceof Error ? error.message : error})`;
  }
}

/** Looks at DENORT_BIN, then Deno's cache, then its download host. */
export async function findDenort(arch: Arch, sources: DenortSources): Promise<Denort> {
  const { given, denoDir, denoVersion } = sources;
  if (given && (await elfArch(given)) === arch) return { kind: "given", path: given };
  const file = `release/v${denoVersion}/denort-${target(arch)}.zip`;
  if (await Deno.stat(`${denoDir}/dl/${file}`).then(() => true, () => false)) {
    return { kind: "cached" };
  }
  const failure = await reach(`https://dl.deno.land/${file}`);
  if (failure === undefined) return { kind: "download" };
  const unset = given ? "DENORT_BIN is for another machine" : "DENORT_BIN is not set";
  return { kind: "none", reason: `${unset}, and ${failure}` };
}
