/** Cuts a stream of bytes into lines. */
import { UnreadableWatch } from "./status_errors.ts";

export interface LineSplitter {
  /** The lines that these bytes complete. Throws `UnreadableWatch` for a line that is too long. */
  push(chunk: Uint8Array): readonly string[];
}

/** `longest` counts characters. */
export function createLineSplitter({ longest }: { readonly longest: number }): LineSplitter {
  const decoder = new TextDecoder();
  let rest = "";
  return {
    push(chunk) {
      const [first = "", ...others] = decoder.decode(chunk, { stream: true }).split("\n");
      rest += first;
      if (rest.length > longest) {
        throw new UnreadableWatch(`a line is longer than ${longest} characters`);
      }
      if (others.length === 0) return [];
      const lines = [rest, ...others.slice(0, -1)];
      rest = others.at(-1) ?? "";
      return lines.filter((line) => line !== "");
    },
  };
}
