/** What a reader is shown of a log file, by the options asked for. */
import assert from "node:assert/strict";
import { finishRendering, render, type RenderOptions, startRendering } from "./render.ts";

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const at = (second: number): string => `2026-01-02T03:04:0${second}.5Z`;

/** Renders a whole file, given in pieces of so many bytes. */
function renderAll(
  file: string,
  options: Partial<RenderOptions> & { readonly pieceBytes: number; readonly limitBytes?: number },
): string {
  const { pieceBytes, limitBytes, ...rest } = options;
  const chosen = { timestamps: false, ...rest };
  const bytes = encode(file);
  let state = startRendering(limitBytes);
  let out = "";
  for (let start = 0; start < bytes.length; start += pieceBytes) {
    const rendered = render(state, bytes.subarray(start, start + pieceBytes), chosen);
    state = rendered.state;
    out += decode(rendered.output);
  }
  return out + decode(finishRendering(state, chosen).output);
}

interface Case {
  readonly name: string;
  readonly file: readonly string[];
  readonly options?: Partial<RenderOptions> & { readonly limitBytes?: number };
  readonly expect: string;
}

const cases: readonly Case[] = [
  { name: "an empty file", file: [], expect: "" },
  {
    name: "both streams in order",
    file: [`${at(1)} stdout F one\n`, `${at(2)} stderr F two\n`],
    expect: "one\ntwo\n",
  },
  {
    name: "parts are joined",
    file: [`${at(1)} stdout P lo\n`, `${at(1)} stdout P n\n`, `${at(1)} stdout F g\n`],
    expect: "long\n",
  },
  { name: "an empty line", file: [`${at(1)} stdout F \n`], expect: "\n" },
  {
    name: "a line without an end stays without one",
    file: [`${at(1)} stdout P prompt> \n`],
    expect: "prompt> ",
  },
  {
    name: "junk between lines is left out",
    file: [`${at(1)} stdout F one\n`, "\0\0\0\n", "2026-01-\n", `${at(2)} stdout F two\n`],
    expect: "one\ntwo\n",
  },
  {
    name: "the last line was cut off in its content",
    file: [`${at(1)} stdout F one\n`, `${at(2)} stdout F tw`],
    expect: "one\ntw\n",
  },
  {
    name: "the last line was cut off in its head",
    file: [`${at(1)} stdout F one\n`, `${at(2)} std`],
    expect: "one\n",
  },
  {
    name: "timestamps stand at the beginning of lines only",
    file: [`${at(1)} stdout P lo\n`, `${at(2)} stdout F ng\n`, `${at(3)} stderr F x\n`],
    options: { timestamps: true },
    expect: "2026-01-02T03:04:01.500000000Z long\n2026-01-02T03:04:03.500000000Z x\n",
  },
  {
    name: "since leaves out older lines and keeps those of that very time",
    file: [`${at(1)} stdout F one\n`, `${at(2)} stdout F two\n`, `${at(3)} stdout F three\n`],
    options: { since: Date.parse(at(2)) },
    expect: "two\nthree\n",
  },
  {
    name: "the limit cuts in the middle of a line",
    file: [`${at(1)} stdout F one\n`, `${at(2)} stdout F two\n`],
    options: { limitBytes: 6 },
    expect: "one\ntw",
  },
  {
    name: "a limit of nothing",
    file: [`${at(1)} stdout F one\n`],
    options: { limitBytes: 0 },
    expect: "",
  },
];

for (const { name, file, options = {}, expect } of cases) {
  for (const pieceBytes of [1, 7, 65_536]) {
    Deno.test(`render log in pieces of ${pieceBytes}: ${name}`, () => {
      assert.equal(renderAll(file.join(""), { ...options, pieceBytes }), expect);
    });
  }
}

Deno.test("render log: a line too long to be one is dropped, memory stays small", () => {
  const piece = encode("x".repeat(65_536));
  let state = startRendering();
  for (let i = 0; i < 200; i++) {
    state = render(state, piece, { timestamps: false }).state;
    assert.ok(state.unfinished.length <= (1 << 20));
  }
  const after = encode(` stdout F still junk\n${at(1)} stdout F good\n`);
  assert.equal(decode(render(state, after, { timestamps: false }).output), "good\n");
});

Deno.test("render log: the output does not change when the input's buffer is used again", () => {
  const buffer = encode(`${at(1)} stdout P abc\n${at(1)} std`);
  const { output, state } = render(startRendering(), buffer, { timestamps: false });
  buffer.fill(0);
  assert.equal(decode(output), "abc");
  assert.equal(decode(state.unfinished), `${at(1)} std`);
});
