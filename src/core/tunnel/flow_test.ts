/** Pausing and resuming, and that against the module's single flag no order of messages makes a connection stand still for good. */
import assert from "node:assert/strict";
import { seededRandom } from "../../../tests/fakes/random.ts";
import {
  consumed,
  type Flow,
  type FlowStep,
  freeFlow,
  maySend,
  pauseAbove,
  paused,
  received,
  resumeBelow,
  resumed,
  sending,
} from "./flow.ts";

Deno.test("the server is paused once above the limit, and resumed once well below it", () => {
  const below = received(freeFlow, pauseAbove);
  assert.equal(below.tell, null);
  const above = received(below.flow, 1);
  assert.equal(above.tell, "Pause");
  assert.equal(received(above.flow, 1).tell, null);
  const still = consumed(above.flow, pauseAbove + 1 - resumeBelow);
  assert.equal(still.tell, null);
  const free = consumed(still.flow, 1);
  assert.equal(free.tell, "Resume");
  assert.equal(consumed(free.flow, 1).tell, null);
});

Deno.test("a pause is answered with a pause and one more piece, and then nothing is sent", () => {
  const first = paused(freeFlow).flow;
  assert.equal(maySend(first), true);
  const probed = sending(first);
  assert.equal(probed.tell, "Pause");
  assert.equal(maySend(probed.flow), false);
  assert.equal(maySend(resumed(probed.flow).flow), true);
  assert.equal(sending(freeFlow).tell, null);
});

Deno.test("a server that resumes us has forgotten its own pause, and is paused again", () => {
  const full = received(freeFlow, pauseAbove + 1).flow;
  assert.equal(resumed(full).tell, "Pause");
  assert.equal(resumed(freeFlow).tell, "Resume");
});

/** The module's end of one connection, as its source has it; sizes are ours, so that a test is short. */
function moduleEnd(tell: (what: "Pause" | "Resume") => void) {
  const most = 2 * pauseAbove;
  let flag = false;
  let isWriterAsleep = false;
  let held = 0;
  const hear = (next: boolean): void => {
    flag = next;
    isWriterAsleep = false;
  };
  return {
    maySend(): boolean {
      isWriterAsleep ||= flag;
      return !isWriterAsleep;
    },
    isEmpty: () => held === 0,
    onPause: () => hear(true),
    onResume: () => hear(false),
    offer(bytes: number): void {
      held += bytes;
      if (held <= most || flag) return;
      tell("Pause");
      flag = true;
    },
    read(bytes: number): void {
      held -= Math.min(bytes, held);
      if (held >= most / 8 || !flag) return;
      tell("Resume");
      flag = false;
    },
  };
}

const piece = 16 * 1024;

/** Both ends send so many pieces, with messages on their way for as long as chance will. Gives the most that lay unread here. */
function transfer(seed: number, pieces: number): number {
  const random = seededRandom(seed);
  const toServer: ("Data" | "Pause" | "Resume")[] = [];
  const toNode: ("Data" | "Pause" | "Resume")[] = [];
  const server = moduleEnd((what) => toNode.push(what));
  let flow: Flow = freeFlow;
  let [oursLeft, theirsLeft, most] = [pieces, pieces, 0];
  const step = (next: FlowStep): void => {
    flow = next.flow;
    most = Math.max(most, flow.unread);
    if (next.tell !== null) toServer.push(next.tell);
  };
  const moves = [
    () => {
      if (oursLeft === 0 || !maySend(flow)) return false;
      step(sending(flow));
      oursLeft -= 1;
      return toServer.push("Data") > 0;
    },
    () => {
      if (theirsLeft === 0 || !server.maySend()) return false;
      theirsLeft -= 1;
      return toNode.push("Data") > 0;
    },
    () => {
      const message = toServer.shift();
      if (message === "Data") server.offer(piece);
      if (message === "Pause") server.onPause();
      if (message === "Resume") server.onResume();
      return message !== undefined;
    },
    () => {
      const message = toNode.shift();
      if (message === "Data") step(received(flow, piece));
      if (message === "Pause") step(paused(flow));
      if (message === "Resume") step(resumed(flow));
      return message !== undefined;
    },
    () => {
      if (flow.unread === 0) return false;
      step(consumed(flow, piece));
      return true;
    },
    () => {
      if (server.isEmpty()) return false;
      server.read(piece);
      return true;
    },
  ];
  // Some ends are slow for a while, so that buffers fill.
  let weights = moves.map(() => 1);
  while (oursLeft > 0 || theirsLeft > 0 || flow.unread > 0 || !server.isEmpty()) {
    if (random.fraction() < 0.01) weights = moves.map(() => random.fraction() ** 4);
    const order = moves.map((move, at) => ({ move, rank: random.fraction() * weights[at]! }))
      .toSorted((a, b) => b.rank - a.rank);
    if (!order.some(({ move }) => move())) throw new Error(`stands still with seed ${seed}`);
  }
  return most;
}

Deno.test("a connection that is busy both ways never stands still, whatever crosses", () => {
  for (let seed = 1; seed <= 300; seed++) transfer(seed, 300);
});
