/** One write at a time, the urgent ones first, and nobody is left waiting at the end. */
import assert from "node:assert/strict";
import { createWriteQueue } from "./write_queue.ts";

/** A writer whose writes end when the test says so. */
function slowWriter() {
  const written: number[] = [];
  const ends: ((error?: Error) => void)[] = [];
  return {
    written,
    ends,
    write(bytes: Uint8Array): Promise<void> {
      written.push(bytes[0]!);
      return new Promise((resolve, reject) =>
        ends.push((error) => error ? reject(error) : resolve())
      );
    },
  };
}

Deno.test("what is urgent goes before what waits, and one failed write fails alone", async () => {
  const { written, ends, write } = slowWriter();
  const queue = createWriteQueue(write);
  const first = queue.write(Uint8Array.of(1));
  const second = queue.write(Uint8Array.of(2));
  const urgent = queue.write(Uint8Array.of(3), { urgent: true });
  assert.deepEqual([written, queue.length], [[1], 2]);
  ends[0]!();
  await first;
  assert.deepEqual(written, [1, 3]);
  ends[1]!(new Error("broken"));
  await assert.rejects(urgent, /broken/);
  ends[2]!();
  await second;
  assert.deepEqual(written, [1, 3, 2]);
});

Deno.test("at the end what waits is rejected, and so is what comes later", async () => {
  const { ends, write } = slowWriter();
  const queue = createWriteQueue(write);
  const first = queue.write(Uint8Array.of(1));
  const second = queue.write(Uint8Array.of(2));
  queue.end("over");
  await assert.rejects(second, /over/);
  await assert.rejects(queue.write(Uint8Array.of(3)), /over/);
  ends[0]!();
  await first;
});
