/** The agent's start as the journal tells it. */
import assert from "node:assert/strict";
import { agentStart } from "./journal.ts";

Deno.test("the last start counts, and containers from its first line on", () => {
  const line = (at: number, message: string) => ({ at, message: `I1125 10:00:00 1 x] ${message}` });
  const started = '"Event" pod="default/a" reason="Started" detail="Started container main"';
  const lines = [
    line(1000, '"Starting" version="1" node="board"'),
    line(2000, started),
    line(10_000, '"Starting" version="2" node="board"'),
    line(11_500, '"Event" pod="default/a" reason="Created" detail="Created container main"'),
    line(12_000, started),
    line(14_250, started),
  ];
  assert.deepEqual(agentStart(lines), { sinceBoot: 10, started: [2, 4.25] });
});
