/** How an event becomes an object of the API server. */
import assert from "node:assert/strict";
import { eventObject } from "./event_object.ts";

/** The name of the object for an event of a pod of that name. */
function nameFor(name: string): string {
  const event = {
    type: "Normal",
    reason: "Started",
    message: "Container started",
    namespace: "default",
    name,
    uid: "uid-1",
    fieldPath: "",
    sequence: 1,
    count: 1,
    firstSeen: 0,
    lastSeen: 1_000,
  } as const;
  const origin = { bootId: "952cd7ef-e213-4609", sequence: 26, firstSeen: 1_000 };
  const { metadata } = eventObject({ event, message: "", count: 1, nodeName: "edge-1", origin });
  return metadata.name ?? "";
}

Deno.test("an event is named by its object, and by when and where it was recorded first", () => {
  assert.equal(nameFor("web"), "web.952cd7ef.3e8.1a");
});

Deno.test("a name that is cut is still one: 253 characters at most, no label empty or with a dash at its end", () => {
  const suffix = ".952cd7ef.3e8.1a";
  const room = 253 - suffix.length;
  assert.equal(nameFor("a".repeat(253)), "a".repeat(room) + suffix);
  assert.equal(
    nameFor(`${"a".repeat(room - 2)}-.b${"c".repeat(9)}`),
    "a".repeat(room - 2) + suffix,
  );
});
