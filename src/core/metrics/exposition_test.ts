/** Tests of the text that Prometheus scrapes. */
import assert from "node:assert/strict";
import { exposition, type Sample } from "./exposition.ts";

const lines: Readonly<Record<string, { readonly sample: Sample; readonly line: string }>> = {
  "a bare value": { sample: { value: 1 }, line: "m 1" },
  "labels in the order given": {
    sample: { labels: { b: "1", a: "2" }, value: 0.25 },
    line: 'm{b="1",a="2"} 0.25',
  },
  "what would end a label's value": {
    sample: { labels: { a: 'back\\slash "quoted"\nline' }, value: 1 },
    line: 'm{a="back\\\\slash \\"quoted\\"\\nline"} 1',
  },
  "labels besides those of many": {
    sample: { labels: { a: "1" }, more: { b: "2" }, value: 1 },
    line: 'm{a="1",b="2"} 1',
  },
  "a time, in whole milliseconds": { sample: { value: 3, at: 1700.9 }, line: "m 3 1700" },
  "a part of a histogram": {
    sample: { labels: { le: "+Inf" }, value: 4, suffix: "_bucket" },
    line: 'm_bucket{le="+Inf"} 4',
  },
  "an infinite value": { sample: { value: Infinity }, line: "m +Inf" },
  "one below all": { sample: { value: -Infinity }, line: "m -Inf" },
  "no number": { sample: { value: NaN }, line: "m NaN" },
};

for (const [what, { sample, line }] of Object.entries(lines)) {
  Deno.test(`exposition: ${what}`, () => {
    const text = exposition([{ name: "m", help: "h", type: "gauge", samples: [sample] }]);
    assert.equal(text, `# HELP m h\n# TYPE m gauge\n${line}\n`);
  });
}

Deno.test("exposition: a help text stays on its line", () => {
  const text = exposition([{
    name: "m",
    help: 'a\\b\n"c"',
    type: "counter",
    samples: [{ value: 1 }],
  }]);
  assert.equal(text, '# HELP m a\\\\b\\n"c"\n# TYPE m counter\nm 1\n');
});

Deno.test("exposition: a family without samples is left out", () => {
  assert.equal(exposition([{ name: "m", help: "h", type: "gauge", samples: [] }]), "");
});
