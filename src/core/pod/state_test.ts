/** The table of states: what it allows, at compile time and while running. */
import assert from "node:assert/strict";
import { edges, isLegal, type StateKind, step } from "./state.ts";

Deno.test("legal edges compile", () => {
  step({ from: "Starting", to: "Running" });
  step({ from: "Running", to: "Starting" });
  step({ from: "Running", to: "Terminating" });
  step({ from: "Terminating", to: "Gone" });
  step({ from: "Running", to: "Running" });
});

Deno.test("illegal edges do not compile", () => {
  // @ts-expect-error an ended pod never runs again under the same UID
  step({ from: "Succeeded", to: "Running" });
  // @ts-expect-error a deleted pod is only ever gone
  step({ from: "Terminating", to: "Running" });
  // @ts-expect-error nothing follows the end
  step({ from: "Gone", to: "Starting" });
  // @ts-expect-error a refused pod is never started
  step({ from: "Rejected", to: "Starting" });
});

Deno.test("every state can be left, all lead to Gone, and the running check agrees with the table", () => {
  const kinds = Object.keys(edges).filter((kind): kind is StateKind => kind in edges);
  for (const from of kinds) {
    assert.ok(from === "Gone" || edges[from].some((to) => to === "Gone"), from);
    for (const to of kinds) {
      const following: readonly StateKind[] = edges[from];
      assert.equal(isLegal({ from, to }), from === to || following.includes(to), `${from} → ${to}`);
    }
  }
});
