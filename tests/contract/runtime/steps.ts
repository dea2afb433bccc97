/** What the cases wait for, and how they listen. */
import assert from "node:assert/strict";
import type { ContainerRecord, RuntimeEvent } from "../../../src/core/cri/types.ts";
import { Failed } from "../../../src/ports/errors.ts";
import type { RuntimeSubject } from "./subject.ts";

/** Lets time pass until the work is done. */
export async function during<T>(subject: RuntimeSubject, work: Promise<T>): Promise<T> {
  let over = false;
  const done = work.finally(() => over = true);
  done.catch(() => {});
  while (!over) await subject.pause();
  return await done;
}

export async function eventually(
  subject: RuntimeSubject,
  isSo: () => boolean | Promise<boolean>,
): Promise<void> {
  for (let pauses = 0; !await isSo(); pauses++) {
    assert.ok(pauses < 500, "it has not come to be so");
    await subject.pause();
  }
}

export async function untilEnded(subject: RuntimeSubject, id: string): Promise<ContainerRecord> {
  await eventually(subject, async () => (await subject.runtime.container(id)).state === "Exited");
  return await subject.runtime.container(id);
}

export interface Heard extends AsyncDisposable {
  readonly events: readonly RuntimeEvent[];
  /** Resolves when the stream has ended without an error. */
  readonly ended: Promise<void>;
  /** Waits until exactly these were told of the container or sandbox. */
  about(id: string, types: readonly RuntimeEvent["type"][]): Promise<void>;
}

/** Subscribes, and gives the subscription the time to take effect. */
export async function follow(subject: RuntimeSubject): Promise<Heard> {
  const events: RuntimeEvent[] = [];
  const stop = new AbortController();
  const ended = (async () => {
    for await (const event of subject.runtime.events(stop.signal)) events.push(event);
  })();
  for (let i = 0; i < 25; i++) await subject.pause();
  return {
    events,
    ended,
    async about(id, types) {
      const told = () =>
        events.filter(({ containerId }) => containerId === id).map(({ type }) => type);
      await eventually(subject, () => told().length >= types.length)
        .catch((cause: unknown) => assert.fail(`${cause}: only ${told()} of ${types}`));
      assert.deepEqual(told(), types);
    },
    async [Symbol.asyncDispose]() {
      stop.abort();
      await ended;
    },
  };
}

export function isFailed(message: RegExp): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof Failed, String(error));
    assert.match(error.message, message);
    return true;
  };
}
