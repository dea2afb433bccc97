/** Makes text from manifests, images and containers safe to show: a terminal must not obey it. */

/** Control characters, line ends, and the marks that turn the direction of writing. */
// deno-lint-ignore no-control-regex
const unsafe = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/** One line: everything that would move the cursor, change colours or reorder text is written as an escape (`\x1b`). */
export function printable(text: string): string {
  return text.replace(unsafe, (character) => {
    if (character === "\n") return "\\n";
    if (character === "\t") return "\\t";
    if (character === "\r") return "\\r";
    const code = character.charCodeAt(0).toString(16);
    return code.length <= 2 ? `\\x${code.padStart(2, "0")}` : `\\u${code.padStart(4, "0")}`;
  });
}

/** The same for text of several lines: only its line feeds are kept. */
export function printableLines(text: string): string {
  return text.split("\n").map(printable).join("\n");
}
