/** The store in words. */
import { deepEqual } from "node:assert/strict";
import { idleStatus } from "../../tests/fakes/control.ts";
import { minute } from "../core/instant.ts";
import type { StoreState } from "../core/store_state.ts";
import { storeLines } from "./store_lines.ts";

const nothing = { memory: 0, objects: 0, tokens: 0, facts: 0, journal: 0, schema: 0 };

function texts(own: Partial<StoreState>, upMs = 60 * minute): readonly string[] {
  const lines = storeLines({ ...idleStatus.store, ...own }, { startedAt: 0, now: upMs });
  return lines.map(({ text }) => text);
}

Deno.test("what was written is told by cause, with what that is in a year", () => {
  const writtenBytes = { ...nothing, journal: 4_096, memory: 904 };
  deepEqual(texts({ writtenBytes }), [
    "5.0 kB written since the start (memory 904 B, journal 4.1 kB), about 43.8 MB a year",
  ]);
  deepEqual(texts({ writtenBytes: nothing }), ["0 B written since the start, about 0 B a year"]);
  deepEqual(texts({ writtenBytes }, minute).map((text) => text.includes("year")), [false]);
  deepEqual(texts({ writtenBytes: null }), []);
});

Deno.test("all that is wrong is told", () => {
  const key = { source: "File" as const, path: "/usb/key", problem: "no medium", unreadable: 3 };
  const problem = { reason: "DiskFull" as const, detail: "disk is full", since: 0 };
  deepEqual(texts({ writtenBytes: null, problem, setAside: "/db.damaged", key }), [
    "The disk of the local store is full (disk is full). Pods run on; what changes is stored when that is over.",
    "it was damaged, and is set aside as /db.damaged",
    "no key, so Secrets and tokens are not stored: no medium",
    "3 stored Secrets and tokens do not open with the key /usb/key",
  ]);
});
