/** Commands, arguments and environments of containers. */
import assert from "node:assert/strict";
import type { Container } from "../k8s.ts";
import { containerProcess } from "./process.ts";

function process(fields: Partial<Container>): ReturnType<typeof containerProcess> {
  return containerProcess({ name: "main", ...fields });
}

function envOf(env: Container["env"]): Record<string, string> {
  const result = process(env === undefined ? {} : { env });
  assert.ok(result.ok);
  return Object.fromEntries(result.value.env.map(({ key, value }) => [key, value]));
}

Deno.test("a container that says nothing runs what its image says", () => {
  assert.deepEqual(process({}), { ok: true, value: { command: [], args: [], env: [] } });
});

Deno.test("command and args see the whole environment", () => {
  const env = [{ name: "WHO", value: "world" }, { name: "GREETING", value: "hello $(WHO)" }];
  assert.deepEqual(
    process({ command: ["echo", "$(GREETING)"], args: ["$$(WHO)", "$(NOBODY)"], env }),
    {
      ok: true,
      value: {
        command: ["echo", "hello world"],
        args: ["$(WHO)", "$(NOBODY)"],
        env: [{ key: "WHO", value: "world" }, { key: "GREETING", value: "hello world" }],
      },
    },
  );
});

Deno.test("a variable refers to those above it only", () => {
  assert.deepEqual(
    envOf([
      { name: "LATE", value: "$(EARLY)" },
      { name: "EARLY", value: "1" },
      { name: "SELF", value: "$(SELF)" },
      { name: "THEN", value: "$(EARLY)" },
    ]),
    { LATE: "$(EARLY)", EARLY: "1", SELF: "$(SELF)", THEN: "1" },
  );
});

Deno.test("of two variables with one name the later holds, and may build on the earlier", () => {
  assert.deepEqual(
    envOf([
      { name: "PATH", value: "/bin" },
      { name: "OTHER", value: "$(PATH)" },
      { name: "PATH", value: "/opt:$(PATH)" },
    ]),
    { PATH: "/opt:/bin", OTHER: "/bin" },
  );
});

Deno.test("a variable without a value is empty", () => {
  assert.deepEqual(envOf([{ name: "A" }, { name: "B", value: "[$(A)]" }]), { A: "", B: "[]" });
});

Deno.test("references that multiply each other are refused before they fill the memory", () => {
  const env = Array.from({ length: 60 }, (_, level) => ({
    name: `V${level}`,
    value: level === 0 ? "x".repeat(100) : `$(V${level - 1})`.repeat(10),
  }));
  assert.deepEqual(process({ env }), {
    ok: false,
    error:
      'the references in command, args and env of container "main" expand to more than 6291456 characters',
  });
});

Deno.test("many references to one long value are refused too", () => {
  const env = [{ name: "LONG", value: "x".repeat(1024 * 1024) }];
  assert.ok(process({ env, args: Array(6).fill("$(LONG)") }).ok);
  assert.ok(!process({ env, args: Array(7).fill("$(LONG)") }).ok);
});
