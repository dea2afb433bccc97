/** What every clock must do. */
import assert from "node:assert/strict";
import type { Clock } from "../../src/ports/clock.ts";

export interface ClockSubject {
  readonly clock: Clock;
  /** Lets so much time pass on it. */
  pass(ms: number): Promise<void>;
}

/** No case lets more than a few hundredths of a second pass. */
export function clockSuite(name: string, subject: () => ClockSubject): void {
  Deno.test(`${name}: both times go on, by about what has passed`, async () => {
    const { clock, pass } = subject();
    const before = { wall: clock.now(), monotonic: clock.monotonic() };
    await pass(20);
    assert.ok(clock.now() - before.wall >= 19);
    assert.ok(clock.monotonic() - before.monotonic >= 19);
  });

  Deno.test(`${name}: a timer runs once, when it is due and not before`, async () => {
    const { clock, pass } = subject();
    const ran: string[] = [];
    clock.after(10, () => ran.push("soon"));
    const later = clock.after(60_000, () => ran.push("later"));
    await pass(40);
    assert.deepEqual(ran, ["soon"]);
    later.cancel();
  });

  Deno.test(`${name}: timers run in the order in which they are due`, async () => {
    const { clock, pass } = subject();
    const order: string[] = [];
    clock.after(20, () => order.push("second"));
    clock.after(1, () => order.push("first"));
    await pass(60);
    assert.deepEqual(order, ["first", "second"]);
  });

  Deno.test(`${name}: a timer that was cancelled never runs; cancelling again does nothing`, async () => {
    const { clock, pass } = subject();
    let runs = 0;
    const timer = clock.after(5, () => runs += 1);
    timer.cancel();
    timer.cancel();
    await pass(20);
    assert.equal(runs, 0);
  });

  Deno.test(`${name}: a timer of a month does not run at once`, async () => {
    const { clock, pass } = subject();
    let runs = 0;
    const timer = clock.after(31 * 24 * 3_600_000, () => runs += 1);
    await pass(20);
    assert.equal(runs, 0);
    timer.cancel();
  });

  Deno.test(`${name}: a sleep ends when its time is over`, async () => {
    const { clock, pass } = subject();
    const slept = clock.sleep(10).then(() => "slept");
    await pass(40);
    assert.equal(await slept, "slept");
  });

  Deno.test(`${name}: a sleep ends with the signal's reason, also with one that was given before`, async () => {
    const { clock } = subject();
    const controller = new AbortController();
    const reason = new Error("enough");
    const sleeping = clock.sleep(60_000, controller.signal);
    controller.abort(reason);
    await assert.rejects(sleeping, reason);
    await assert.rejects(clock.sleep(60_000, controller.signal), reason);
  });
}
