/** Commands, arguments and environments of containers. */
import assert from "node:assert/strict";
import type { Container } from "../k8s.ts";
import { containerProcess } from "./process.ts";

function process(
  fields: Partial<Container>,
  env: Readonly<Record<string, string>> = {},
): ReturnType<typeof containerProcess> {
  return containerProcess({ name: "main", ...fields }, new Map(Object.entries(env)));
}

Deno.test("a container that says nothing runs what its image says", () => {
  assert.deepEqual(process({}), { ok: true, value: { command: [], args: [], env: [] } });
});

Deno.test("command and args see the whole environment, whatever the container itself says of it", () => {
  const env = { GREETING: "hello $(WHO)", WHO: "world" };
  const fields = { command: ["echo", "$(GREETING)"], args: ["$$(WHO)", "$(NOBODY)"] };
  assert.deepEqual(process({ ...fields, env: [{ name: "NOBODY", value: "x" }] }, env), {
    ok: true,
    value: {
      command: ["echo", "hello $(WHO)"],
      args: ["$(WHO)", "$(NOBODY)"],
      env: [{ key: "GREETING", value: "hello $(WHO)" }, { key: "WHO", value: "world" }],
    },
  });
});

Deno.test("many references to one long value are refused before they fill the memory", () => {
  const env = { LONG: "x".repeat(1024 * 1024) };
  assert.ok(process({ args: Array(6).fill("$(LONG)") }, env).ok);
  assert.deepEqual(process({ args: Array(7).fill("$(LONG)") }, env), {
    ok: false,
    error:
      'the references in command and args of container "main" expand to more than 6291456 characters',
  });
});
