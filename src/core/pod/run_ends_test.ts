/** When runs ended, whatever the runtime's clock says. */
import { equal } from "node:assert/strict";
import { containerRecord } from "../../../tests/fakes/container_record.ts";
import { minute, second } from "../instant.ts";
import type { Observed } from "./observed.ts";
import { endOf, withEnds } from "./run_ends.ts";

const hour = 60 * minute;
const lookedAt = Date.UTC(2026, 0, 1);

function seen(...runs: readonly Parameters<typeof containerRecord>[0][]): Observed {
  return { sandboxes: [], containers: runs.map((run) => containerRecord(run)) };
}

const running = seen({ id: "a", state: "Running" });
const cases = [
  {
    what: "an end between two looks",
    end: 2 * second,
    now: 3 * second,
    movedMs: 0,
    ends: 2 * second,
  },
  {
    what: "one that the runtime told of late",
    end: -second,
    now: 3 * second,
    movedMs: 0,
    ends: -second,
  },
  {
    what: "one dated by a clock of 1970",
    end: -lookedAt,
    now: 3 * second,
    movedMs: 0,
    ends: 3 * second,
  },
  {
    what: "one dated by a clock of 2100",
    end: 74 * 365 * 24 * hour,
    now: second,
    movedMs: 0,
    ends: second,
  },
  {
    what: "one before the clock was set back",
    end: second,
    now: 2 * second - hour,
    movedMs: -hour,
    ends: 2 * second - hour,
  },
  {
    what: "one before the clock was set forward",
    end: second,
    now: 2 * second + hour,
    movedMs: hour,
    ends: 2 * second + hour,
  },
];
for (const { what, end, now, movedMs, ends } of cases) {
  Deno.test(`${what} is taken as what the agent's clock showed`, () => {
    const exited = seen({ id: "a", state: "Exited", finishedAt: lookedAt + end });
    const before = { seen: running, at: lookedAt, movedMs };
    const [run] = withEnds(exited, { before, now: lookedAt + now }).containers;
    equal(run && endOf(run) - lookedAt, ends);
    equal(run?.finishedAt, lookedAt + end, "what the runtime says is shown");
  });
}

Deno.test("an end that was seen goes with a clock that is set", () => {
  const exited = seen({ id: "a", state: "Exited", finishedAt: lookedAt });
  const now = lookedAt + second;
  const once = withEnds(exited, { before: { seen: exited, at: lookedAt, movedMs: hour }, now });
  const twice = withEnds(exited, { before: { seen: once, at: lookedAt, movedMs: hour }, now });
  const back = withEnds(exited, { before: { seen: twice, at: lookedAt, movedMs: -2 * hour }, now });
  const ends = [once, twice, back].map(({ containers: [run] }) => run && endOf(run) - lookedAt);
  equal(ends.join(), [hour, 2 * hour, 0].join());
});

Deno.test("at the first look the runtime is believed", () => {
  const exited = seen({ id: "a", state: "Exited", finishedAt: 5 });
  equal(withEnds(exited, { before: null, now: lookedAt }), exited);
});
