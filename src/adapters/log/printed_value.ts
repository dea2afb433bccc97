/** Writes the values of log fields so that a record stays one line, whatever is in them. */

/** What is longer tells nobody more, and journald cuts lines at 48 KiB. In UTF-16 units. */
const longest = 8_192;

/** What JSON leaves as it is but terminals and readers of lines do not: further controls, line ends, turns of direction. */
const unsafe = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/** A value as JSON on one line; an error as its message. Never throws. */
export function asJson(value: unknown): string {
  try {
    const text = JSON.stringify(plain(value), (_key, inner: unknown) => plain(inner));
    return escaped(text ?? quoted(String(value)));
  } catch (err) {
    return quoted(`!(${err instanceof Error ? err.message : "cannot be printed"})`);
  }
}

/** A text in quotes, with everything escaped that would end or garble the line. */
export function quoted(text: string): string {
  return escaped(JSON.stringify(shortened(text)));
}

/** In JSON such characters stand only inside of texts, where an escape means the same. */
function escaped(json: string): string {
  return json.replace(
    unsafe,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function plain(value: unknown): unknown {
  if (value instanceof Error) return shortened(value.message);
  if (typeof value === "bigint") return String(value);
  return typeof value === "string" ? shortened(value) : value;
}

function shortened(text: string): string {
  return text.length <= longest ? text : `${text.slice(0, longest)}…`;
}
