/** Reads the numbers in the kernel's small text files. */

/** Lines of a name and a number. */
export function namedNumbers(text: string | null): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const line of (text ?? "").split("\n")) {
    const blank = line.indexOf(" ");
    if (blank > 0) found.set(line.slice(0, blank), Number(line.slice(blank + 1)));
  }
  return found;
}

/** The number that a file holds; 0 where there is none in it. */
export function numberIn(text: string | null): number {
  const value = Number(text ?? "");
  return Number.isNaN(value) ? 0 : value;
}

/** From here on a limit is none: the kernel rounds the largest number there is to whole pages. */
const unlimited = 2 ** 62;

/** The limit that a file holds; null for none. */
export function limitIn(text: string | null): number | null {
  const value = Number(text?.trim() || NaN);
  return Number.isNaN(value) || value >= unlimited ? null : value;
}

/** Lines such as `MemTotal:  1024 kB`, in bytes. @see proc_meminfo(5) */
export function memoryInfo(text: string): ReadonlyMap<string, number> {
  const lines = [...text.matchAll(/^(\w+):\s+(\d+) kB$/gm)];
  return new Map(lines.map(([, name = "", kibibytes]) => [name, Number(kibibytes) * 1024]));
}
