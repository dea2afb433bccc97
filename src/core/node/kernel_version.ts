/** Compares the kernel's version. */

/** Whether `version`, as `uname -r` prints it, is at least the one of `since`, such as `4.15`. False for what is no version. */
export function isAtLeast(version: string, { since }: { readonly since: string }): boolean {
  const [ours, theirs] = [numbersOf(version), numbersOf(since)];
  if (ours.length === 0) return false;
  for (const [index, number] of theirs.entries()) {
    const own = ours[index] ?? 0;
    if (own !== number) return own > number;
  }
  return true;
}

function numbersOf(version: string): readonly number[] {
  const text = /^\d+(\.\d+)*/.exec(version)?.[0] ?? "";
  return text === "" ? [] : text.split(".").map(Number);
}
