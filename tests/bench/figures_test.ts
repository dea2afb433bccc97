/** The figures of a measurement and the targets they are held to. */
import assert from "node:assert/strict";
import { keeps, line, median, percentile } from "./figures.ts";

Deno.test("a figure's line says whether it keeps its target", () => {
  const figure = { name: "rss", value: 64.26, unit: "MB", atMost: 70 };
  assert.match(line(figure), /^rss {53} {2}64\.3 MB {2}<= 70 MB {2}ok$/);
  assert.match(line({ ...figure, value: 71 }), /71 MB {2}<= 70 MB {2}MISS$/);
  assert.ok(keeps({ name: "n", value: 5, unit: "s" }));
  assert.equal(keeps({ ...figure, value: NaN }), false);
});

Deno.test("the median of odd and even counts", () => {
  assert.equal(median([3, 1, 2]), 2);
  assert.equal(median([4, 1, 2, 3]), 2.5);
  assert.ok(Number.isNaN(median([])));
});

Deno.test("percentiles are values that were measured", () => {
  const values = Array.from({ length: 200 }, (_, index) => 200 - index);
  assert.equal(percentile(values, 99), 198);
  assert.equal(percentile(values, 50), 100);
  assert.equal(percentile([7, 5], 99), 7);
  assert.ok(Number.isNaN(percentile([], 99)));
});
