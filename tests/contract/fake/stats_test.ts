/** The suite of the kernel's counters against the fake. */
import { fakeClock } from "../../fakes/clock.ts";
import { fakeStats } from "../../fakes/stats.ts";
import { statsSuite } from "../stats_suite.ts";

statsSuite("fake stats", () => {
  const clock = fakeClock();
  const stats = fakeStats({ clock });
  const busy = "/test/busy";
  stats.use(busy, { cpuNs: 1_000_000, memoryBytes: 4096, pids: [42] });
  stats.networks.set(42, []);
  return Promise.resolve({
    stats,
    busy,
    now: clock.now,
    [Symbol.asyncDispose]: () => Promise.resolve(),
  });
});
