/** The layer check finds what it is there to find. */
import assert from "node:assert/strict";
import { checkFile } from "./layers.ts";

const cases: readonly [name: string, file: string, text: string, found: RegExp | null][] = [
  ["core may import core", "src/core/pod/plan.ts", 'import { a } from "../k8s.ts";', null],
  [
    "core may not import ports",
    "src/core/pod/plan.ts",
    'import type { Clock } from "../../ports/clock.ts";',
    /core may not import src\/ports\/clock.ts/,
  ],
  [
    "core may not import grpc",
    "src/core/a.ts",
    'import "x";\nimport g from "@grpc/grpc-js";',
    /grpc/,
  ],
  ["core may not wait", "src/core/a.ts", "export const f = async () => { await g(); };", /await/],
  [
    "words in comments are no impurity",
    "src/core/a.ts",
    "/** Never Deno.open, never await. */",
    null,
  ],
  [
    "adapters may not import the agent, lazily either",
    "src/adapters/cri/a.ts",
    'const m = import("../../agent/agent.ts");',
    /adapters may not import/,
  ],
  [
    "imports over several lines are seen",
    "src/agent/a.ts",
    'import {\n  a,\n  b,\n} from "../adapters/clock.ts";',
    /agent may not import/,
  ],
  [
    "the command line may import adapters",
    "src/cli/run.ts",
    'import "../adapters/clock.ts";',
    null,
  ],
  [
    "main imports the command line only",
    "main.ts",
    'import { x } from "./src/agent/a.ts";',
    /main/,
  ],
  [
    "tests beside the code may use the fakes",
    "src/core/a_test.ts",
    'import { fakeClock } from "../../tests/fakes/clock.ts";',
    null,
  ],
];

for (const [name, file, text, found] of cases) {
  Deno.test(name, () => {
    const messages = checkFile({ file, text }).map(({ message }) => message).join("\n");
    if (found === null) assert.equal(messages, "");
    else assert.match(messages, found);
  });
}
