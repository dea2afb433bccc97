/** What of the events goes to the log. */
import assert from "node:assert/strict";
import { fakeClock } from "../../../tests/fakes/clock.ts";
import { fakeLog } from "../../../tests/fakes/log.ts";
import { createEventRecorder } from "./event_recorder.ts";
import { createPodEvents } from "./pod_events.ts";

Deno.test("what is said again and again is recorded each time and logged once", () => {
  const recorder = createEventRecorder(fakeClock());
  const log = fakeLog();
  const events = createPodEvents({ recorder, log });
  const web = { namespace: "default", name: "web", uid: "1" };
  for (let times = 0; times < 3; times++) {
    events.warning(web, { reason: "Unhealthy", message: "no answer" });
    events.normal(web, { reason: "Pulled", message: "there" });
  }
  events.warning(web, { reason: "Unhealthy", message: "another answer" });
  assert.deepEqual(recorder.list(0).map(({ message, count }) => [message, count]), [
    ["no answer", 3],
    ["there", 3],
    ["another answer", 1],
  ]);
  assert.equal(log.messages("warn").length, 2);
  assert.equal(log.messages("info").length, 1);
});
