/**
 * Files of variables that an init container leaves for the containers after it.
 * @see https://kubernetes.io/docs/tasks/inject-data-application/define-environment-variable-via-file/
 */
import { failure, type Result, success } from "../../result.ts";

/**
 * The value of one key; "" where the file does not have it. Values stand in single quotes and may go over many lines. Reading
 * ends with the key, so only what stands before it must be right.
 */
export function envFileValue(text: string, key: string): Result<string> {
  const lines = text.replace(/\n$/, "").split("\n").map((line) => line.replace(/\r$/, ""));
  for (let at = 0; at < lines.length; at++) {
    const line = (lines[at] ?? "").replace(/^[ \t]+/, "");
    if (line === "" || line.startsWith("#")) continue;
    const assignment = readAssignment(line);
    if (typeof assignment === "string") return failure(`line ${at + 1}: ${assignment}`);
    const value = readValue({ first: assignment.rest, following: lines.slice(at + 1) });
    if (typeof value === "string") return failure(`line ${at + 1}: ${value}`);
    if (assignment.name === key) return success(value.text);
    at += value.lines;
  }
  return success("");
}

interface Assignment {
  readonly name: string;
  readonly rest: string;
}

/** A text says what is wrong. */
function readAssignment(line: string): Assignment | string {
  const equals = line.indexOf("=");
  if (equals < 0) return "missing '='";
  const name = line.slice(0, equals);
  if (name.trimEnd() === "") return "empty variable name";
  if (/[ \t]$/.test(name)) return "whitespace before '=' is not allowed";
  return { name, rest: line.slice(equals + 1) };
}

interface Value {
  readonly text: string;
  /** How many of the following lines belong to it. */
  readonly lines: number;
}

/** Blanks after the "=" make the value empty, as in a shell. A text says what is wrong. */
function readValue(
  { first, following }: { readonly first: string; readonly following: readonly string[] },
): Value | string {
  if (/^[ \t]/.test(first)) return { text: "", lines: 0 };
  if (!first.startsWith("'")) return "value must be enclosed in single quotes";
  const parts = [first.slice(1), ...following];
  const last = parts.findIndex((part) => part.includes("'"));
  const end = parts[last];
  if (end === undefined) return "unclosed single quote";
  const quote = end.indexOf("'");
  const after = end.slice(quote + 1).replace(/^[ \t]+/, "");
  if (after !== "" && !after.startsWith("#")) return "unexpected content after closing quote";
  return { text: [...parts.slice(0, last), end.slice(0, quote)].join("\n"), lines: last };
}
