/** A time source that a test has in its hands. */
import type { TimeSync } from "../../src/ports/time_sync.ts";

/** The port; whether the clock is set is the test's to say. */
export interface FakeTimeSync extends TimeSync {
  synchronised: boolean;
}

/** The clock is set, until the test says otherwise. */
export function fakeTimeSync(): FakeTimeSync {
  const sync: FakeTimeSync = { synchronised: true, isSynchronised: () => sync.synchronised };
  return sync;
}
