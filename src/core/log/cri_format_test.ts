/** Lines of CRI's log format, good and bad. */
import assert from "node:assert/strict";
import { fixedWidthTime, parseLogLine } from "./cri_format.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const t = "2026-01-02T03:04:05.123456789Z";

interface Parsed {
  readonly stream: string;
  readonly partial: boolean;
  readonly text: string;
}

const lines: readonly (readonly [line: string, parsed: Parsed])[] = [
  [`${t} stdout F hello world`, { stream: "stdout", partial: false, text: "hello world" }],
  [`${t} stderr P part`, { stream: "stderr", partial: true, text: "part" }],
  [`${t} stdout F `, { stream: "stdout", partial: false, text: "" }],
  [`${t} stdout F`, { stream: "stdout", partial: false, text: "" }],
  [`${t} stdout F:x:y tagged`, { stream: "stdout", partial: false, text: "tagged" }],
  [`${t} stdout F  two spaces `, { stream: "stdout", partial: false, text: " two spaces " }],
  [`2026-01-02T03:04:05Z stdout F no fraction`, {
    stream: "stdout",
    partial: false,
    text: "no fraction",
  }],
  [`2026-01-02T03:04:05.5+05:30 stderr F zone`, { stream: "stderr", partial: false, text: "zone" }],
  [`${t} stdout F grüße 🙂`, { stream: "stdout", partial: false, text: "grüße 🙂" }],
];

for (const [line, expected] of lines) {
  Deno.test(`log line: ${line}`, () => {
    const parsed = parseLogLine(bytes(line));
    assert.ok(parsed !== null);
    const { stream, partial, content } = parsed;
    assert.deepEqual({ stream, partial, text: new TextDecoder().decode(content) }, expected);
  });
}

const junk: readonly string[] = [
  "",
  " ",
  "hello",
  "\0\0\0\0\0\0",
  `${t}`,
  `${t} `,
  `${t} stdout`,
  `${t} stdout `,
  `${t} stdin F x`,
  `${t} stdout X x`,
  `${t} stdout Full x`,
  `yesterday stdout F x`,
  `{"log":"docker\\n","stream":"stdout","time":"${t}"}`,
  ` ${t} stdout F x`,
  "x".repeat(100_000),
];

for (const line of junk) {
  Deno.test(`no log line: ${JSON.stringify(line.slice(0, 60))}`, () => {
    assert.equal(parseLogLine(bytes(line)), null);
  });
}

Deno.test("content is bytes, not text", () => {
  const line = new Uint8Array([...bytes(`${t} stdout F `), 0xff, 0x00, 0xfe]);
  assert.deepEqual(parseLogLine(line)?.content, Uint8Array.of(0xff, 0x00, 0xfe));
});

const times: readonly (readonly [time: string, fixed: string])[] = [
  ["2026-01-02T03:04:05Z", "2026-01-02T03:04:05.000000000Z"],
  ["2026-01-02T03:04:05.12Z", "2026-01-02T03:04:05.120000000Z"],
  ["2026-01-02T03:04:05.123456789+02:00", "2026-01-02T03:04:05.123456789+02:00"],
];

for (const [time, fixed] of times) {
  Deno.test(`time ${time} has nine digits`, () => assert.equal(fixedWidthTime(time), fixed));
}
