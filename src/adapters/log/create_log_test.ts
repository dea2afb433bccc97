/** Records in each format; whatever they hold, each stays one harmless line. */
import assert from "node:assert/strict";
import type { Log } from "../../ports/log.ts";
import { createVerbosity } from "./verbosity.ts";
import { createLog, type LogOptions } from "./create_log.ts";

const at = new Date(2026, 10, 24, 9, 8, 7, 65).getTime();

/** A log into an array. */
function setup(
  { verbosity = 2, ...options }: Partial<Omit<LogOptions, "verbosity">> & {
    readonly verbosity?: number;
  } = {},
): { log: Log; lines: string[] } {
  const lines: string[] = [];
  const log = createLog({
    format: "text",
    verbosity: createVerbosity(verbosity),
    write: (line) => void lines.push(line),
    clock: { now: () => at },
    pid: 1234,
    journal: false,
    ...options,
  });
  return { log, lines };
}

Deno.test("text records look like the kubelet's", () => {
  const { log, lines } = setup();
  log.named("pod-worker").with({ pod: "default/web" })
    .info("Container stopped", { exitCode: 137, forced: true, err: new Error('no "such" file') });
  log.warn("Odd");
  log.error("Bad", { list: [1, { a: "b" }], none: undefined, nil: null });
  assert.deepEqual(lines, [
    'I1124 09:08:07.065000    1234 pod-worker] "Container stopped" pod="default/web" ' +
    'exitCode=137 forced=true err="no \\"such\\" file"\n',
    'W1124 09:08:07.065000    1234 skerry] "Odd"\n',
    'E1124 09:08:07.065000    1234 skerry] "Bad" list=[1,{"a":"b"}] none=null nil=null\n',
  ]);
});

Deno.test("JSON records have the kubelet's keys", () => {
  const { log, lines } = setup({ format: "json", verbosity: 6 });
  log.named("pods").trace("Event", { pod: "default/web", err: new Error("away"), ts: "mine" });
  log.error("Bad");
  assert.deepEqual(lines.map((line) => JSON.parse(line)), [
    { ts: at, logger: "pods", level: "trace", msg: "Event", v: 6, pod: "default/web", err: "away" },
    { ts: at, level: "error", msg: "Bad" },
  ]);
});

const shown: readonly { readonly verbosity: number; readonly levels: string }[] = [
  { verbosity: 0, levels: "error warn info" },
  { verbosity: 3, levels: "error warn info" },
  { verbosity: 4, levels: "error warn info debug" },
  { verbosity: 6, levels: "error warn info debug trace" },
  { verbosity: 10, levels: "error warn info debug trace" },
];
for (const { verbosity, levels } of shown) {
  Deno.test(`-v=${verbosity} shows ${levels}`, () => {
    const { log, lines } = setup({ verbosity, format: "json" });
    for (const level of ["error", "warn", "info", "debug", "trace"] as const) log[level]("x");
    assert.equal(lines.map((line) => JSON.parse(line).level).join(" "), levels);
  });
}

Deno.test("the verbosity can be changed, for every part of the log that there is", () => {
  const verbosity = createVerbosity(0);
  const lines: string[] = [];
  const write = (line: string): void => void lines.push(line);
  const clock = { now: () => at };
  const log = createLog({ format: "json", verbosity, write, clock, pid: 1, journal: false });
  const pods = log.named("pods");
  pods.debug("one");
  verbosity.change(4);
  pods.debug("two");
  verbosity.change(0);
  pods.debug("three");
  assert.deepEqual(lines.map((line) => JSON.parse(line).msg), ["two"]);
});

Deno.test("the journal gets priorities in front of text", () => {
  const { log, lines } = setup({ journal: true, verbosity: 6 });
  for (const level of ["error", "warn", "info", "debug", "trace"] as const) log[level]("x");
  assert.deepEqual(lines.map((line) => line.slice(0, 4)), ["<3>E", "<4>W", "<6>I", "<7>I", "<7>I"]);
});

const circular: Record<string, unknown> = {};
circular["self"] = circular;
const awkward: readonly { readonly name: string; readonly value: unknown }[] = [
  { name: "a text of two lines", value: "a\nb\r\nc" },
  { name: "terminal controls", value: "\x1b[31m\x07\x7f\x9b31m" },
  { name: "other line ends", value: "a\u2028b\u2029c\u0085d" },
  { name: "turned text", value: "\u202egnp.exe\u2066" },
  { name: "half a surrogate", value: "\ud800" },
  { name: "nested texts", value: { list: ["a\nb", new Error("c\u2028d")] } },
  { name: "a big integer", value: { n: 12345678901234567890n } },
  { name: "itself", value: circular },
  { name: "a function", value: () => 1 },
  { name: "a symbol", value: Symbol("s") },
  {
    name: "a getter that throws",
    value: {
      get x(): never {
        throw new Error("never");
      },
    },
  },
];
for (const format of ["text", "json"] as const) {
  for (const { name, value } of awkward) {
    Deno.test(`${format}: ${name} stays on one line of harmless characters`, () => {
      const { log, lines } = setup({ format });
      log.info("Say", { value });
      assert.equal(lines.length, 1);
      // deno-lint-ignore no-control-regex
      assert.match(lines[0] ?? "", /^[^\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]+\n$/);
      if (format === "json") assert.equal(JSON.parse(lines[0] ?? "").msg, "Say");
    });
  }
}

Deno.test("a value of megabytes is cut", () => {
  const { log, lines } = setup();
  log.info("Say", { value: "x".repeat(5_000_000), err: new Error("y".repeat(5_000_000)) });
  assert.ok((lines[0] ?? "").length < 20_000);
});

Deno.test("a sink that fails costs its records, and the next one says how many", () => {
  const lines: string[] = [];
  let full = true;
  const write = (line: string): void => {
    if (full) throw new Deno.errors.BrokenPipe("Broken pipe");
    lines.push(line);
  };
  const { log } = setup({ write });
  log.info("one");
  log.named("pods").info("two");
  full = false;
  log.info("three");
  log.info("four");
  assert.deepEqual(lines.map((line) => line.slice(line.indexOf("]") + 2)), [
    '"Log records could not be written and are lost" lost=2\n',
    '"three"\n',
    '"four"\n',
  ]);
});
