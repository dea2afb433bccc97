/** Where the last lines of a log begin, whatever the size of the blocks it is read in. */
import assert from "node:assert/strict";
import { startTail, stepTail } from "./tail.ts";

const t = "2026-01-02T03:04:05.5Z";
const full = (text: string): string => `${t} stdout F ${text}\n`;
const part = (text: string): string => `${t} stdout P ${text}\n`;

/** What a search backwards in blocks of so many bytes finds to be the file's last lines. */
function tailOf(file: string, { lines, block }: { lines: number; block: number }): string {
  const bytes = new TextEncoder().encode(file);
  let state = startTail(lines);
  for (let end = bytes.length;; end = Math.max(0, end - block)) {
    const offset = Math.max(0, end - block);
    const step = stepTail(state, { offset, bytes: bytes.subarray(offset, end) });
    if (step.kind === "Found") return new TextDecoder().decode(bytes.subarray(step.offset));
    state = step.state;
  }
}

interface Case {
  readonly name: string;
  readonly file: readonly string[];
  readonly lines: number;
  /** From which element of `file` on the tail reaches. */
  readonly from: number;
}

const cases: readonly Case[] = [
  { name: "nothing of nothing", file: [], lines: 3, from: 0 },
  { name: "fewer lines than wanted", file: [full("a"), full("b")], lines: 3, from: 0 },
  { name: "as many as wanted", file: [full("a"), full("b")], lines: 2, from: 0 },
  { name: "one of three", file: [full("a"), full("b"), full("c")], lines: 1, from: 2 },
  { name: "two of three", file: [full("a"), full("b"), full("c")], lines: 2, from: 1 },
  {
    name: "parts of one line count once",
    file: [full("a"), part("b"), part("b"), full("b")],
    lines: 1,
    from: 1,
  },
  {
    name: "the wanted part begins after a line in parts",
    file: [part("a"), full("a"), full("b")],
    lines: 1,
    from: 2,
  },
  {
    name: "an unfinished line is the last one",
    file: [full("a"), full("b"), part("c"), part("c")],
    lines: 1,
    from: 2,
  },
  {
    name: "a log line cut off by a crash is the last one",
    file: [full("a"), full("b"), `${t} stdout F c`],
    lines: 2,
    from: 1,
  },
  {
    name: "junk does not count",
    file: [full("a"), full("b"), "\0\0\0\n", "junk\n"],
    lines: 1,
    from: 1,
  },
  { name: "nothing but junk", file: ["x\n", "y\n"], lines: 1, from: 0 },
];

for (const { name, file, lines, from } of cases) {
  for (const block of [1, 5, 33, 65_536]) {
    Deno.test(`tail in blocks of ${block}: ${name}`, () => {
      assert.equal(tailOf(file.join(""), { lines, block }), file.slice(from).join(""));
    });
  }
}
