/** A Node's conditions, what they say and since when. */
import assert from "node:assert/strict";
import { changedConditions, eventReason } from "./condition_events.ts";
import { type ConditionsInput, nodeConditions } from "./conditions.ts";
import type { NodeCondition } from "./node_object.ts";

const noon = Date.UTC(2026, 0, 1, 12);
const minute = 60_000;

function conditions(input: Partial<ConditionsInput> = {}): readonly NodeCondition[] {
  return nodeConditions({
    previous: [],
    computed: [],
    pressures: [],
    problems: [],
    now: noon,
    ...input,
  });
}

function events(input: Parameters<typeof changedConditions>[0]): readonly unknown[] {
  return changedConditions(input).map(eventReason);
}

function find(list: readonly NodeCondition[], type: string): NodeCondition {
  const found = list.find((each) => each.type === type);
  assert.ok(found, type);
  return found;
}

Deno.test("a node that is well has four conditions, Ready last", () => {
  assert.deepEqual(
    conditions().map(({ type, status, reason, message }) => [type, status, reason, message]),
    [
      [
        "MemoryPressure",
        "False",
        "KubeletHasSufficientMemory",
        "kubelet has sufficient memory available",
      ],
      ["DiskPressure", "False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"],
      ["PIDPressure", "False", "KubeletHasSufficientPID", "kubelet has sufficient PID available"],
      ["Ready", "True", "KubeletReady", "kubelet is posting ready status"],
    ],
  );
});

Deno.test("pressure and problems have the kubelet's words", () => {
  const list = conditions({
    pressures: ["MemoryPressure", "DiskPressure", "PIDPressure"],
    problems: ["container runtime is down"],
  });
  assert.deepEqual(list.map(({ status, reason, message }) => [status, reason, message]), [
    ["True", "KubeletHasInsufficientMemory", "kubelet has insufficient memory available"],
    ["True", "KubeletHasDiskPressure", "kubelet has disk pressure"],
    ["True", "KubeletHasInsufficientPID", "kubelet has insufficient PID available"],
    ["False", "KubeletNotReady", "container runtime is down"],
  ]);
});

Deno.test("several problems are told together, each once", () => {
  const { message } = find(conditions({ problems: ["a", "b", "a"] }), "Ready");
  assert.equal(message, "[a, b]");
});

Deno.test("others' conditions stay where they are", () => {
  const foreign = { type: "NetworkUnavailable", status: "False", reason: "FlannelIsUp" };
  const list = conditions({ previous: [foreign] });
  assert.deepEqual(list[0], foreign);
  assert.equal(list.length, 5);
});

Deno.test("a condition that stays keeps the time of its change, not that of its heartbeat", () => {
  const previous = conditions();
  const ready = find(conditions({ previous, now: noon + minute }), "Ready");
  assert.equal(ready.lastTransitionTime, "2026-01-01T12:00:00Z");
  assert.equal(ready.lastHeartbeatTime, "2026-01-01T12:01:00Z");
});

Deno.test("what changed while the API server was away changed then", () => {
  const previous = conditions();
  const problems = ["container runtime is down"];
  const computed = conditions({ previous, problems, now: noon + minute });
  const later = conditions({ previous, computed, problems, now: noon + 5 * minute });
  assert.equal(find(later, "Ready").lastTransitionTime, "2026-01-01T12:01:00Z");
});

Deno.test("what another has changed since changes back now", () => {
  const computed = conditions();
  const previous = computed.map((each) =>
    each.type === "Ready"
      ? { ...each, status: "Unknown", lastTransitionTime: "2026-01-01T12:02:00Z" }
      : each
  );
  const ready = find(conditions({ previous, computed, now: noon + 5 * minute }), "Ready");
  assert.equal(ready.status, "True");
  assert.equal(ready.lastTransitionTime, "2026-01-01T12:05:00Z");
});

Deno.test("a new node has events for all but being ready", () => {
  assert.deepEqual(events({ known: [], next: conditions() }), [
    "NodeHasSufficientMemory",
    "NodeHasNoDiskPressure",
    "NodeHasSufficientPID",
  ]);
});

Deno.test("a change has one event, when it is new to everybody", () => {
  const previous = conditions();
  const next = conditions({ previous, problems: ["a"], now: noon + minute });
  assert.deepEqual(events({ known: previous, next }), ["NodeNotReady"]);
  const again = conditions({ previous, computed: next, problems: ["a"], now: noon + 2 * minute });
  assert.deepEqual(events({ known: [...previous, ...next], next: again }), []);
});

Deno.test("a condition of its own is told while there is something to tell, and once more when there is not", () => {
  const type = "skerry.dev/DeletionsHeld";
  const said = { status: "True", reason: "OlderData", message: "m" };
  const names = (list: readonly NodeCondition[]) => list.map((each) => each.type);
  assert.ok(!names(conditions({ own: [{ type, said: null }] })).includes(type));
  const held = conditions({ own: [{ type, said }] });
  assert.equal(find(held, type).message, "m");
  assert.equal(names(held).at(-1), "Ready");
  const later = conditions({ own: [{ type, said: null }], previous: held, now: noon + minute });
  const { status, lastTransitionTime } = find(later, type);
  assert.deepEqual([status, lastTransitionTime], ["False", "2026-01-01T12:01:00Z"]);
});
