/** YAML is read with the place of each value, and what is hostile is refused. */
import { deepEqual, equal, ok } from "node:assert/strict";
import { type LocatedDocument, parseLocatedYaml, type YamlPath } from "./located_yaml.ts";

function read(text: string): LocatedDocument {
  const result = parseLocatedYaml(text);
  ok(result.ok, result.ok ? "" : JSON.stringify(result.error));
  const [first] = result.value;
  ok(first);
  return first;
}

function problems(text: string | Uint8Array): readonly string[] {
  const result = parseLocatedYaml(text);
  ok(!result.ok, "expected problems");
  return result.error.map((p) => `${p.line}:${p.column}: ${p.message}`);
}

const values: readonly (readonly [name: string, text: string, value: unknown])[] = [
  ["plain scalars", "a: 1\nb: x\nc: true\nd: 1.5\ne: null\nf:\n", {
    a: 1,
    b: "x",
    c: true,
    d: 1.5,
    e: null,
    f: null,
  }],
  ["YAML 1.1 booleans", "a: yes\nb: Off\ny: n\n", { a: true, b: false, true: false }],
  ["file modes in octal", "a: 0644\nb: 0o644\n", { a: 420, b: 420 }],
  ["what looks like a time or base 60 as text", "a: 2001-01-01\nb: 22:22\nc: 1:30.5\n", {
    a: "2001-01-01",
    b: "22:22",
    c: "1:30.5",
  }],
  ["keys as texts", "404: a\ntrue: b\n", { "404": "a", "true": "b" }],
  ["anchors and merges; own keys win", "a: &a {x: 1, z: 2}\nb:\n  <<: *a\n  z: 3\n", {
    a: { x: 1, z: 2 },
    b: { z: 3, x: 1 },
  }],
  ["a list of merges; the first one wins", "a: {<<: [{x: 1}, {x: 2, z: 3}]}", {
    a: { x: 1, z: 3 },
  }],
  ["JSON with tabs", '{\n\t"a":\t[1,\n\t\t"\\u00e9"]\n}', { a: [1, "é"] }],
  ["Windows line ends and a byte order mark", "\ufeffa: 1\r\nb:\r\n  - 2\r\n", { a: 1, b: [2] }],
  ["block texts", "a: |\n  x\n  y\nb: >-\n  x\n  y\n", { a: "x\ny\n", b: "x y" }],
  ["a list at the root", "- 1\n- {a: 2}\n", [1, { a: 2 }]],
];
for (const [name, text, value] of values) {
  Deno.test(`reads ${name}`, () => deepEqual(read(text).value, value));
}

Deno.test("reads each document that is not empty, located in the whole text", () => {
  const result = parseLocatedYaml("---\n# nothing\n---\na: 1\n---\nb: 2\n---\n");
  ok(result.ok);
  deepEqual(result.value.map((d) => d.value), [{ a: 1 }, { b: 2 }]);
  deepEqual(result.value[1]?.locate(["b"]), { line: 6, column: 1 });
});

Deno.test("an empty text has no documents", () => {
  for (const text of ["", "\n# only a comment\n", "---\n"]) {
    deepEqual(parseLocatedYaml(text), { ok: true, value: [] });
  }
});

const places: readonly (readonly [path: YamlPath, line: number, column: number])[] = [
  [[], 1, 1],
  [["kind"], 1, 1],
  [["spec", "containers"], 4, 3],
  [["spec", "containers", 0], 5, 5],
  [["spec", "containers", 1, "name"], 6, 6],
  [["spec", "containers", 1, "missing", "deeper"], 6, 5],
  [["spec", "merged", "image"], 2, 15],
  [["spec", "same", "image"], 2, 15],
  [["nowhere"], 1, 1],
];
const LOCATED = `kind: Pod
base: &base { image: x }
spec:
  containers:
  - name: a
  - {name: b}
  merged: {<<: *base}
  same: *base
`;
for (const [path, line, column] of places) {
  Deno.test(`finds the place of ${path.join(".") || "the root"}`, () => {
    deepEqual(read(LOCATED).locate(path), { line, column });
  });
}

const broken: readonly (readonly [name: string, text: string, problem: RegExp])[] = [
  ["a key that is there twice", "a: 1\nb: 2\na: 3\n", /^3:1: the key "a" is there twice$/],
  ["tabs as indentation", "a:\n\t- b\n", /^2:1: Tabs are not allowed as indentation$/],
  ["two colons on a line", "a: b: c\n", /^1:4: Nested mappings are not allowed/],
  ["a list that is not closed", "a: [1, 2\nb: 3\n", /^2:1: Flow sequence/],
  ["an unknown tag", "a: !secret x\n", /^1:4: Unresolved tag: !secret$/],
  ["an alias without anchor", "a: *b\n", /^1:4: the alias \*b has no anchor before it$/],
  ["an anchor that holds itself", "a: &a [*a]\n", /^1:8: the alias \*a has no anchor before it$/],
  ["a map as key", "? [a]\n: 1\n", /^1:3: a key must be a text$/],
  [
    "a key that reaches for the prototype",
    "__proto__: {a: 1}\n",
    /^1:1: the key "__proto__" is not/,
  ],
  ["a merge of no map", "a: {<<: 1}\n", /^1:4: "<<" can only merge maps$/],
  ["binary junk", "a: 1\nb\0\x01", /^2:2: control characters are not allowed: this is not a text/],
  ["too much text", "#".repeat(1024 * 1024 + 1), /^1:1: 1048577 bytes are more than the 1048576 /],
  ["deep nesting", "[".repeat(70) + "]".repeat(70), /^1:65: nested deeper than 64 levels$/],
  [
    "a megabyte of brackets",
    `a:\n  ${"[".repeat(1_000_000)}`,
    /^2:67: nested deeper than 64 levels$/,
  ],
  [
    "brackets that were never opened",
    `a: []${"]".repeat(900_000)}`,
    /^1:6: "\]" without an opening bracket$/,
  ],
  ["too many tokens", `a:\n${"- x\n".repeat(250_000)}`, /^\d+:\d: more than 250000 tokens$/],
  ["absurdly deep nesting", "- ".repeat(20_000) + "a", /: nested deeper than 64 levels$/],
];
for (const [name, text, problem] of broken) {
  Deno.test(`refuses ${name} and says where`, () => {
    const [first = ""] = problems(text);
    ok(problem.test(first), first);
  });
}

Deno.test("refuses bytes that are not UTF-8", () => {
  deepEqual(problems(new Uint8Array([0x61, 0xff, 0xfe])), [
    "1:1: this is not a text file (invalid UTF-8)",
  ]);
});

Deno.test("refuses a YAML bomb at once", () => {
  const level = (i: number): string => `a${i}: &a${i} [${Array(9).fill(`*a${i - 1}`).join(", ")}]`;
  const bomb = ["a0: &a0 [x, x, x]", ...Array.from({ length: 12 }, (_, i) => level(i + 1))].join(
    "\n",
  );
  const [first = "", ...more] = problems(bomb);
  ok(/too many values \(aliases count as what they stand for\)$/.test(first), first);
  equal(more.length, 0);
});

Deno.test("refuses more documents than are reasonable", () => {
  ok(/more than 100 documents/.test(problems("a: 1\n---\n".repeat(101))[0] ?? ""));
});

Deno.test("reports several problems at once, and not without end", () => {
  equal(problems("a: 1\na: 2\nb: *x\n").length, 2);
  equal(problems(Array(100).fill("a: 1").join("\n")).length, 20);
});

Deno.test("reads many keys in reasonable time", () => {
  const text = Array.from({ length: 30_000 }, (_, i) => `k${i}: v`).join("\n");
  equal(Object.keys(read(text).value as Record<string, unknown>).length, 30_000);
});
