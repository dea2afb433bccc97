/** The kernel's lists of processors: `0-3,7`. @see cpuset(7) */

/** The numbers in a list, in order; none for an empty one. */
export function parseCpuList(text: string): readonly number[] {
  return text.trim().split(",").filter((part) => part !== "").flatMap((part) => {
    const [first = 0, last = first] = part.split("-").map(Number);
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  });
}
