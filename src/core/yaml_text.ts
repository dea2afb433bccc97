/** What may be read as YAML at all: the size, the encoding, and no control characters. */
import { failure, type Result, success } from "./result.ts";
import type { YamlProblem } from "./yaml_types.ts";

/** The text, or the one reason why it is none. */
export function readText(
  input: string | Uint8Array,
  limits: { readonly maxBytes: number },
): Result<string, YamlProblem> {
  const size = typeof input === "string" ? utf8Length(input) : input.length;
  if (size > limits.maxBytes) {
    return failure(atStart(`${size} bytes are more than the ${limits.maxBytes} that are read`));
  }
  const text = typeof input === "string" ? input : decode(input);
  if (text === null) return failure(atStart("this is not a text file (invalid UTF-8)"));
  const bad = controlCharacter(text);
  if (bad === null) return success(text);
  const message = "control characters are not allowed: this is not a text file";
  return failure(problemAt(text, { offset: bad, message }));
}

/** A problem at an offset of a text that was not parsed. */
export function problemAt(
  text: string,
  { offset, message }: { readonly offset: number; readonly message: string },
): YamlProblem {
  const before = text.slice(0, offset).split("\n");
  return { line: before.length, column: (before.at(-1) ?? "").length + 1, message };
}

function utf8Length(text: string): number {
  return new TextEncoder().encode(text).length;
}

function decode(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** The offset of the first character that YAML forbids (all controls but tab, line feed and carriage return). */
function controlCharacter(text: string): number | null {
  for (let offset = 0; offset < text.length; offset++) {
    const code = text.charCodeAt(offset);
    if (code < 32 && code !== 9 && code !== 10 && code !== 13) return offset;
    if (code === 127 || code === 0xfffe || code === 0xffff) return offset;
  }
  return null;
}

function atStart(message: string): YamlProblem {
  return { line: 1, column: 1, message };
}
