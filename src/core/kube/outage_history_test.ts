/** When a link is rare. */
import assert from "node:assert/strict";
import { minute } from "../instant.ts";
import {
  afterAnswer,
  afterLoss,
  isLinkRare,
  noOutages,
  outageText,
  parseOutages,
} from "./outage_history.ts";

const hour = 60 * minute;
const day = 24 * hour;
const start = Date.UTC(2026, 0, 1);

/** What is known after outages, each of which begins some time after the end of the one before. */
function after(...outages: readonly { readonly afterMs: number; readonly ms: number }[]) {
  let [history, now] = [noOutages, start];
  for (const { afterMs, ms } of outages) {
    now += afterMs;
    history = afterLoss(history, now);
    now += ms;
    history = afterAnswer(history, now);
  }
  return { history, now };
}

const cases = [
  { what: "never lost", outages: [], lifeMs: hour, rare: false },
  {
    what: "lost for five minutes",
    outages: [{ afterMs: 0, ms: 5 * minute }],
    lifeMs: hour,
    rare: false,
  },
  {
    what: "lost for an hour of a day's certificate",
    outages: [{ afterMs: 0, ms: hour }],
    lifeMs: day,
    rare: false,
  },
  {
    what: "lost for two hours of a day's certificate",
    outages: [{ afterMs: 0, ms: 2 * hour }],
    lifeMs: day,
    rare: true,
  },
  {
    what: "lost for a week of a year's certificate",
    outages: [{ afterMs: 0, ms: 7 * day }],
    lifeMs: 365 * day,
    rare: false,
  },
  {
    what: "lost for three weeks of a year's certificate",
    outages: [{ afterMs: 0, ms: 21 * day }],
    lifeMs: 365 * day,
    rare: true,
  },
  {
    what: "lost for long, and for short since",
    outages: [{ afterMs: 0, ms: 2 * hour }, { afterMs: day, ms: hour }],
    lifeMs: day,
    rare: true,
  },
  {
    what: "lost for long in another season",
    outages: [{ afterMs: 0, ms: 2 * hour }, { afterMs: 100 * day, ms: hour }],
    lifeMs: day,
    rare: false,
  },
];
for (const { what, outages, lifeMs, rare } of cases) {
  Deno.test(`a link that was ${what} is ${rare ? "" : "not "}rare`, () => {
    const { history, now } = after(...outages);
    assert.equal(isLinkRare(history, { lifeMs, now }), rare);
  });
}

Deno.test("a link is rare while it is lost for long, however often that is noticed", () => {
  const lost = afterLoss(afterLoss(noOutages, start), start + hour);
  assert.equal(lost.awaySince, start);
  assert.ok(!isLinkRare(lost, { lifeMs: day, now: start + hour }));
  assert.ok(isLinkRare(lost, { lifeMs: day, now: start + 2 * hour }));
});

Deno.test("a history is stored as a text, and what is none is none", () => {
  const { history, now } = after({ afterMs: 0, ms: hour });
  for (const each of [noOutages, history, afterLoss(history, now)]) {
    assert.deepEqual(parseOutages(outageText(each)), each);
  }
  for (const text of ["", "[]", "{", '{"awaySince":"x","longest":{"ms":1}}']) {
    assert.deepEqual(parseOutages(text), noOutages, text);
  }
});
