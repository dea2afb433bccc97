import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { requestTurns, type Turn } from "./turns.ts";

/** A connection whose reading is told of by whether it is paused, as one without TLS is. */
function connection(): PassThrough {
  return new PassThrough().resume();
}

async function hasCome({ comes }: Turn): Promise<boolean> {
  let come = false;
  void comes.then(() => come = true);
  await Promise.resolve();
  return come;
}

Deno.test("a connection is not read while its request stands at the gate", () => {
  const turnOf = requestTurns();
  const socket = connection();
  const turn = turnOf(socket);
  assert.ok(socket.isPaused());
  turn.admitted();
  assert.ok(!socket.isPaused());
});

Deno.test("who is refused is read on when that has been told", () => {
  const turnOf = requestTurns();
  const socket = connection();
  const turn = turnOf(socket);
  turn.over();
  turn.over();
  assert.ok(!socket.isPaused());
});

Deno.test("a request waits for those before it, and nothing is read meanwhile", async () => {
  const turnOf = requestTurns();
  const socket = connection();
  const first = turnOf(socket);
  assert.ok(await hasCome(first));
  first.admitted();
  const second = turnOf(socket);
  assert.ok(socket.isPaused());
  assert.ok(!await hasCome(second));
  first.over();
  assert.ok(await hasCome(second));
  assert.ok(socket.isPaused(), "it stands at the gate now");
  second.admitted();
  assert.ok(!socket.isPaused());
});

Deno.test("connections do not wait for each other", async () => {
  const turnOf = requestTurns();
  turnOf(connection());
  assert.ok(await hasCome(turnOf(connection())));
});
