/** Quantities as Kubernetes reads, writes and adds them. */
import { equal, ok } from "node:assert/strict";
import {
  addQuantities,
  bytes,
  compareQuantities,
  formatQuantity,
  milliValue,
  parseQuantity,
  type Quantity,
} from "./quantity.ts";

function quantity(text: string): Quantity {
  const result = parseQuantity(text);
  ok(result.ok, result.ok ? "" : result.error);
  return result.value;
}

const values: readonly {
  readonly text: string;
  readonly milli: number;
  readonly bytes: number;
  readonly canonical: string;
}[] = [
  { text: "0", milli: 0, bytes: 0, canonical: "0" },
  { text: "0Mi", milli: 0, bytes: 0, canonical: "0" },
  { text: "1", milli: 1000, bytes: 1, canonical: "1" },
  { text: "100m", milli: 100, bytes: 1, canonical: "100m" },
  { text: "0.1", milli: 100, bytes: 1, canonical: "100m" },
  { text: ".5", milli: 500, bytes: 1, canonical: "500m" },
  { text: "5.", milli: 5000, bytes: 5, canonical: "5" },
  { text: "+2", milli: 2000, bytes: 2, canonical: "2" },
  { text: "-100m", milli: -100, bytes: -1, canonical: "-100m" },
  { text: "1500m", milli: 1500, bytes: 2, canonical: "1500m" },
  { text: "2000m", milli: 2000, bytes: 2, canonical: "2" },
  { text: "64Mi", milli: 67108864000, bytes: 67108864, canonical: "64Mi" },
  { text: "1024Mi", milli: 1073741824000, bytes: 1073741824, canonical: "1Gi" },
  { text: "1.5Gi", milli: 1610612736000, bytes: 1610612736, canonical: "1536Mi" },
  { text: "512Ki", milli: 524288000, bytes: 524288, canonical: "512Ki" },
  { text: "0.5Ki", milli: 512000, bytes: 512, canonical: "512" },
  { text: "1.1Ki", milli: 1126400, bytes: 1127, canonical: "1126400m" },
  { text: "128M", milli: 128000000000, bytes: 128000000, canonical: "128M" },
  { text: "1k", milli: 1000000, bytes: 1000, canonical: "1k" },
  { text: "1000", milli: 1000000, bytes: 1000, canonical: "1k" },
  { text: "1e3", milli: 1000000, bytes: 1000, canonical: "1e3" },
  { text: "12E2", milli: 1200000, bytes: 1200, canonical: "1200" },
  { text: "1e-3", milli: 1, bytes: 1, canonical: "1e-3" },
  { text: "1u", milli: 1, bytes: 1, canonical: "1u" },
  { text: "1n", milli: 1, bytes: 1, canonical: "1n" },
  { text: "0.1n", milli: 1, bytes: 1, canonical: "1n" },
  { text: "1Ti", milli: 1099511627776000, bytes: 1099511627776, canonical: "1Ti" },
  { text: "1E", milli: 1e21, bytes: 1e18, canonical: "1E" },
];
for (const expected of values) {
  Deno.test(`the quantity ${expected.text} is ${expected.bytes} and written ${expected.canonical}`, () => {
    const value = quantity(expected.text);
    equal(milliValue(value), expected.milli);
    equal(bytes(value), expected.bytes);
    equal(formatQuantity(value), expected.canonical);
  });
}

Deno.test("quantities beyond 64 bits are capped, not wrapped", () => {
  for (const text of ["9Ei", "100E", "1e9999", "9".repeat(90)]) {
    equal(quantity(text).nanos, (2n ** 63n - 1n) * 1_000_000_000n);
  }
});

for (
  const text of [
    "",
    ".",
    "m",
    "1 Mi",
    "1mi",
    "1KB",
    "1Mb",
    "0x10",
    "1e",
    "1.2.3",
    "--1",
    "1Mi ",
    "1e99999",
    "NaN",
    "9".repeat(200),
  ]
) {
  Deno.test(`"${text.slice(0, 20)}" is no quantity`, () => {
    const result = parseQuantity(text);
    ok(!result.ok && /is not a quantity such as/.test(result.error));
  });
}

Deno.test("quantities compare by value whatever their notation", () => {
  equal(compareQuantities(quantity("1Gi"), quantity("1024Mi")), 0);
  ok(compareQuantities(quantity("1G"), quantity("1Gi")) < 0);
  ok(compareQuantities(quantity("1"), quantity("999m")) > 0);
});

Deno.test("a sum keeps the notation of its first part", () => {
  equal(formatQuantity(addQuantities(quantity("64Mi"), quantity("64Mi"))), "128Mi");
  equal(formatQuantity(addQuantities(quantity("0"), quantity("64Mi"))), "64Mi");
});
