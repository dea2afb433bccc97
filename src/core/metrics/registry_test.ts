/** Tests of counters, gauges and histograms as they come out for Prometheus. */
import assert from "node:assert/strict";
import { exposition } from "./exposition.ts";
import { createRegistry, type Registry } from "./registry.ts";

/** The lines of one metric, without its head. */
function lines(registry: Registry, name: string): readonly string[] {
  return exposition(registry.families()).split("\n")
    .filter((line) => line.startsWith(name));
}

Deno.test("registry: a counter is there from the start, and counts by its labels", () => {
  const registry = createRegistry();
  const plain = registry.counter({ name: "plain_total", help: "h" });
  const labelled = registry.counter({ name: "labelled_total", help: "h", labels: ["b", "a"] });
  assert.deepEqual(lines(registry, "plain_total"), ["plain_total 0"]);
  assert.deepEqual(lines(registry, "labelled_total"), []);
  plain.inc({});
  plain.inc({}, 2.5);
  labelled.inc({ a: "1", b: "2" });
  labelled.inc({ b: "2", a: "1" });
  labelled.inc({ b: "12", a: "" });
  assert.deepEqual(lines(registry, "plain_total"), ["plain_total 3.5"]);
  assert.deepEqual(lines(registry, "labelled_total"), [
    'labelled_total{b="2",a="1"} 2',
    'labelled_total{b="12",a=""} 1',
  ]);
});

Deno.test("registry: a gauge says nothing before it was set", () => {
  const registry = createRegistry();
  const gauge = registry.gauge({ name: "gauge", help: "h" });
  assert.deepEqual(lines(registry, "gauge"), []);
  gauge.set({}, 5);
  gauge.add({}, -2);
  assert.deepEqual(lines(registry, "gauge"), ["gauge 3"]);
});

Deno.test("registry: each bucket of a histogram holds those below it, its own bound included", () => {
  const registry = createRegistry();
  const histogram = registry.histogram({
    name: "h",
    help: "h",
    labels: ["key"],
    buckets: [1, 2.5],
  });
  for (const value of [0.5, 1, 2, 3]) histogram.observe({ key: "x" }, value);
  assert.deepEqual(lines(registry, "h"), [
    'h_bucket{key="x",le="1"} 2',
    'h_bucket{key="x",le="2.5"} 3',
    'h_bucket{key="x",le="+Inf"} 4',
    'h_sum{key="x"} 6.5',
    'h_count{key="x"} 4',
  ]);
});

Deno.test("registry: what is read is asked for with each scrape only", () => {
  const registry = createRegistry();
  let asked = 0;
  const read = () => ++asked;
  registry.read({ name: "read", help: "h", type: "gauge", read });
  registry.read({ name: "nothing", help: "h", type: "gauge", read: () => null });
  registry.definitions();
  assert.equal(asked, 0);
  assert.deepEqual(lines(registry, "read"), ["read 1"]);
  assert.deepEqual(lines(registry, "nothing"), []);
});

Deno.test("registry: label values are bounded, and what is not counted is", () => {
  const registry = createRegistry();
  const counter = registry.counter({ name: "c_total", help: "h", labels: ["key"], maxSeries: 2 });
  for (const key of ["a", "b", "c", "a", "d"]) counter.inc({ key });
  assert.deepEqual(lines(registry, "c_total"), ['c_total{key="a"} 2', 'c_total{key="b"} 1']);
  assert.deepEqual(lines(registry, "skerry"), ['skerry_metrics_dropped_total{metric="c_total"} 2']);
  counter.remove({ key: "a" });
  counter.inc({ key: "c" });
  assert.deepEqual(lines(registry, "c_total"), ['c_total{key="b"} 1', 'c_total{key="c"} 1']);
});

Deno.test("registry: what has some label values is removed, whatever its others", () => {
  const registry = createRegistry();
  const counter = registry.counter({ name: "c_total", help: "h", labels: ["pod", "result"] });
  for (const pod of ["a", "b"]) for (const result of ["good", "bad"]) counter.inc({ pod, result });
  counter.remove({ pod: "a" });
  assert.deepEqual(lines(registry, "c_total"), [
    'c_total{pod="b",result="good"} 1',
    'c_total{pod="b",result="bad"} 1',
  ]);
});

Deno.test("registry: two metrics of one name are a mistake", () => {
  const registry = createRegistry();
  registry.counter({ name: "c_total", help: "h" });
  assert.throws(() => registry.gauge({ name: "c_total", help: "h" }), /metric c_total already/);
});
