/** The clock's suite against the one that tests drive. */
import { fakeClock } from "../../fakes/clock.ts";
import { clockSuite } from "../clock_suite.ts";

clockSuite("fake clock", () => {
  const clock = fakeClock();
  return { clock, pass: (ms) => clock.advance(ms) };
});
