/** What a node that runs short of something still takes. */
import assert from "node:assert/strict";
import { pod } from "../../../../tests/fakes/pods.ts";
import type { Pressure } from "../../node/pressure.ts";
import { refusedForPressure } from "./pressure.ts";

const web = pod("web");
const asking = web.container("main", { resources: { requests: { memory: "1Mi" } } });
const tolerant = web.spec({
  tolerations: [{ key: "node.kubernetes.io/memory-pressure", operator: "Exists" }],
});
const system = web.spec({ priority: 2_000_000_000 });
const fromFile = web.annotations({ "kubernetes.io/config.source": "file" });

const memory: readonly Pressure[] = ["MemoryPressure"];
const both: readonly Pressure[] = ["MemoryPressure", "DiskPressure"];
const disk: readonly Pressure[] = ["DiskPressure"];

const cases = [
  { about: "nothing short", made: web, pressures: [], why: null },
  { about: "a pod that asks for nothing", made: web, pressures: memory, why: "[MemoryPressure]" },
  { about: "a pod that asks for memory", made: asking, pressures: memory, why: null },
  { about: "a pod that tolerates it", made: tolerant, pressures: memory, why: null },
  { about: "asking for memory", made: asking, pressures: disk, why: "[DiskPressure]" },
  { about: "tolerant", made: tolerant, pressures: both, why: "[MemoryPressure DiskPressure]" },
  { about: "a critical pod", made: system, pressures: both, why: null },
  { about: "a static pod", made: fromFile, pressures: both, why: null },
];

for (const { about, made, pressures, why } of cases) {
  Deno.test(`short of ${pressures.join(", ") || "nothing"}: ${about}`, () => {
    assert.deepEqual(
      refusedForPressure(made.build(), { pressures }),
      why && { reason: "Evicted", message: `The node had condition: ${why}. ` },
    );
  });
}
