/** What flags with several values mean. */
import assert from "node:assert/strict";
import { flagValue } from "./flag_value.ts";
import type { FlagKind } from "./flags.ts";

const CASES: readonly (readonly [type: FlagKind, given: unknown, value: unknown])[] = [
  ["pairs", ["a=b", " c=d=e ", "f="], { a: "b", c: "d=e", f: "" }],
  ["pairs", "", {}],
  ["thresholds", ["memory.available<1Gi", "nodefs.available<5%"], {
    "memory.available": "1Gi",
    "nodefs.available": "5%",
  }],
  ["taints", ["a=b:NoSchedule", "c:NoExecute", "d=:NoSchedule"], [
    { key: "a", value: "b", effect: "NoSchedule" },
    { key: "c", effect: "NoExecute" },
    { key: "d", effect: "NoSchedule" },
  ]],
  ["taints", "", []],
  ["number", "-7", -7],
  ["number", "many", "many"],
  ["switch", true, true],
  ["switch", "F", false],
  ["switch", "maybe", "maybe"],
];

for (const [type, given, value] of CASES) {
  Deno.test(`${type}: ${JSON.stringify(given)}`, () => {
    assert.deepEqual(flagValue({ type }, given), { ok: true, value });
  });
}

const REFUSED: readonly (readonly [type: FlagKind, given: readonly string[], error: string])[] = [
  ["pairs", ["a=b", "c"], 'expected a list such as cpu=200m,memory=500Mi, found "c"'],
  ["pairs", ["=b"], 'expected a list such as cpu=200m,memory=500Mi, found "=b"'],
  [
    "thresholds",
    ["memory.available=1Gi"],
    "expected a list such as memory.available<100Mi,nodefs.available<10%, " +
    'found "memory.available=1Gi"',
  ],
  [
    "taints",
    ["a"],
    'expected a list such as edge=true:NoSchedule,slow:NoExecute, found "a"',
  ],
  [
    "taints",
    ["a=b=c:NoSchedule"],
    'expected a list such as edge=true:NoSchedule,slow:NoExecute, found "a=b=c:NoSchedule"',
  ],
];

for (const [type, given, error] of REFUSED) {
  Deno.test(`${type} refuse ${given.join()}`, () => {
    assert.deepEqual(flagValue({ type }, given), { ok: false, error });
  });
}
