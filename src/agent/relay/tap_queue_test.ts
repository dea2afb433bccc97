/** The queue of somebody who looks on: bounded by messages and by bytes, and it says what it dropped. */
import assert from "node:assert/strict";
import type { PassedMessage } from "../../core/relay/tapped_message.ts";
import { createTapQueue, type TapQueue } from "./tap_queue.ts";

function message(at: number, bytes = 10): PassedMessage {
  return { at, direction: "up", topic: "t", payload: new Uint8Array(bytes), problem: null };
}

function takeAll(queue: TapQueue): readonly (readonly [at: number, missed: number])[] {
  const all: [number, number][] = [];
  for (let taken = queue.take(); taken !== null; taken = queue.take()) {
    all.push([taken.at, taken.missed]);
  }
  return all;
}

Deno.test("what there is room for comes in order", () => {
  const queue = createTapQueue({ maxMessages: 3, maxBytes: 30 });
  for (const at of [1, 2, 3]) queue.put(message(at));
  assert.deepEqual(takeAll(queue), [[1, 0], [2, 0], [3, 0]]);
  assert.equal(queue.take(), null);
});

Deno.test("of too many messages the newest stay, and the first of them says how many it has cost", () => {
  const queue = createTapQueue({ maxMessages: 3, maxBytes: 1_000 });
  for (const at of [1, 2, 3, 4, 5]) queue.put(message(at));
  assert.deepEqual(takeAll(queue), [[3, 2], [4, 0], [5, 0]]);
  queue.put(message(6));
  assert.deepEqual(takeAll(queue), [[6, 0]]);
});

Deno.test("messages may have so many bytes together, and one alone more", () => {
  const queue = createTapQueue({ maxMessages: 10, maxBytes: 30 });
  for (const at of [1, 2, 3]) queue.put(message(at, 15));
  assert.deepEqual(takeAll(queue), [[2, 1], [3, 0]]);
  queue.put(message(4));
  queue.put(message(5, 100));
  assert.deepEqual(takeAll(queue), [[5, 1]]);
});
