import { deepEqual } from "node:assert/strict";
import { containerRecord } from "../../../tests/fakes/container_record.ts";
import { setCutOffAside } from "./cut_off_start.ts";
import { newMemory, rememberFailure } from "./memory.ts";

const broken = {
  state: "Exited",
  reason: "StartError",
  exitCode: 128,
  message: "failed to create containerd task: start failed",
} as const;
const failed = (message: string) =>
  rememberFailure(newMemory(0), "main", {
    reason: "RunContainerError",
    message,
    at: 0,
    delayMs: 0,
  });

const cases = [
  { what: "a start that nobody remembers to have failed", expected: true },
  {
    what: "a start that failed by itself",
    memory: failed(`rpc error: code = Unknown desc = ${broken.message}`),
    expected: false,
  },
  {
    what: "a start that was asked for while one was being cut off",
    memory: failed("container is already in starting state"),
    expected: true,
  },
  { what: "a run that failed", run: { reason: "Error" }, expected: false },
  { what: "a container that runs", run: { state: "Running" as const }, expected: false },
];

for (const { what, memory = newMemory(0), run = {}, expected } of cases) {
  Deno.test(`${what} is ${expected ? "" : "not "}set aside as cut off`, () => {
    const record = containerRecord({ ...broken, ...run });
    const seen = { sandboxes: [], containers: [record] };
    const aside = { sandboxes: [], containers: [], cutOff: [record] };
    deepEqual(setCutOffAside(seen, memory), expected ? aside : seen);
  });
}

Deno.test("what a newer run has replaced is past, however it ended", () => {
  const containers = [
    containerRecord({ id: "new", attempt: 1 }),
    containerRecord({ ...broken, id: "old" }),
  ];
  const seen = { sandboxes: [], containers };
  deepEqual(setCutOffAside(seen, newMemory(0)), seen);
});
