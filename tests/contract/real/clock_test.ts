/** The clock's suite against the system's. */
import { systemClock } from "../../../src/adapters/clock.ts";
import { clockSuite } from "../clock_suite.ts";

clockSuite("system clock", () => ({
  clock: systemClock(),
  pass: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
}));
