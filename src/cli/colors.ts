/** The few colours that Skerry uses on a terminal. */

/** What a colour means: all is well, on its way, wrong, or of less interest. */
export type Color = "green" | "yellow" | "red" | "dim";

/** Select Graphic Rendition codes. @see https://www.ecma-international.org/publications-and-standards/standards/ecma-48/ */
const codes: Readonly<Record<Color, readonly [on: number, off: number]>> = {
  green: [32, 39],
  yellow: [33, 39],
  red: [31, 39],
  dim: [2, 22],
};

/** The text in a colour; as it is when the output has no colours (`Output.colors`). */
export function paint(
  text: string,
  { color, colors }: { readonly color: Color | undefined; readonly colors: boolean },
): string {
  if (color === undefined || !colors || text === "") return text;
  const [on, off] = codes[color];
  return `\x1b[${on}m${text}\x1b[${off}m`;
}
