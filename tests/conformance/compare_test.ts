import assert from "node:assert/strict";
import { compareResults } from "./compare.ts";
import { conformanceReport } from "./report.ts";

function results(text: string) {
  return text.split(" ").map((word) => ({
    name: word.slice(1),
    passed: word.startsWith("+"),
    failure: "",
  }));
}

Deno.test("specs are told apart by who passed them", () => {
  const comparison = compareResults({
    kubelet: results("+a +b -c -d"),
    skerry: results("+a -b +c -d"),
    isWhole: true,
  });
  assert.deepEqual(comparison, {
    both: ["a"],
    kubeletOnly: ["b"],
    skerryOnly: ["c"],
    neither: ["d"],
  });
});

Deno.test("a spec that did not run on Skerry is not passed in a whole run, and left out in a focused one", () => {
  const runs = { kubelet: results("+a +b"), skerry: results("+a") };
  assert.deepEqual(compareResults({ ...runs, isWhole: true }).kubeletOnly, ["b"]);
  assert.deepEqual(compareResults({ ...runs, isWhole: false }).kubeletOnly, []);
});

Deno.test("the share counts what the kubelet passes, and is met at the target", () => {
  const names = (count: number) => Array.from({ length: count }, (_, index) => `spec ${index}`);
  const rest = { skerryOnly: ["x"], neither: ["y", "z"] };
  const met = conformanceReport({ both: names(9), kubeletOnly: ["k"], ...rest }, [
    { name: "k", reason: "a reason" },
  ]);
  assert.equal(met.ok, true);
  assert.equal(
    met.lines.at(-1),
    "conformance, share of what the kubelet passes  90 %  >= 90 %  ok",
  );
  assert.ok(met.lines.includes("passed by Skerry only: 1"));
  assert.ok(met.lines.includes("    x"));
  assert.ok(met.lines.includes("    k (known: a reason)"));
});

Deno.test("a share is rounded down, so that one just short of the target is a miss", () => {
  const names = (count: number) => Array.from({ length: count }, (_, index) => `spec ${index}`);
  const rest = { skerryOnly: [], neither: [] };
  const short = conformanceReport({ both: names(8999), kubeletOnly: names(1001), ...rest }, []);
  assert.equal(short.ok, false);
  assert.match(short.lines.at(-1) ?? "", / 89\.9 % {2}>= 90 % {2}MISS$/);
});

Deno.test("a kubelet that passes nothing gives no share", () => {
  assert.equal(
    conformanceReport({ both: [], kubeletOnly: [], skerryOnly: [], neither: ["a"] }, []).ok,
    false,
  );
});
