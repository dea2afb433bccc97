/** Outages that are remembered, and what that costs. */
import assert from "node:assert/strict";
import { fakeClock } from "../../../tests/fakes/clock.ts";
import { fakeKube } from "../../../tests/fakes/kube_api.ts";
import { fakeLog } from "../../../tests/fakes/log.ts";
import { fakeStore } from "../../../tests/fakes/store.ts";
import { minute } from "../../core/instant.ts";
import { nodes } from "../../core/kube/resource.ts";
import { openOutageRecorder } from "./outage_recorder.ts";

const hour = 60 * minute;
const day = 24 * hour;

async function stage() {
  const clock = fakeClock();
  const { facts, disk } = fakeStore();
  const open = () => openOutageRecorder({ facts, clock, log: fakeLog() });
  return { clock, disk, open, recorder: await open() };
}

Deno.test("an outage that goes on through a reboot is as long as it was in truth", async () => {
  const { clock, recorder, open } = await stage();
  recorder.lost();
  await clock.advance(hour);
  recorder[Symbol.dispose]();
  await clock.advance(hour);
  using after = await open();
  after.lost();
  await clock.advance(hour);
  after.answered();
  assert.ok(after.isLinkRare(2.9 * hour * 20));
  assert.ok(!after.isLinkRare(3.1 * hour * 20));
  using later = await open();
  assert.ok(later.isLinkRare(2.9 * hour * 20), "it is remembered");
});

Deno.test("a link that flaps costs no write, a long outage two", async () => {
  const { clock, disk, recorder } = await stage();
  recorder.answered();
  for (let n = 0; n < 100; n++) {
    recorder.lost();
    await clock.advance(minute);
    recorder.answered();
  }
  assert.equal(disk.writes, 0);
  recorder.lost();
  await clock.advance(day);
  recorder.answered();
  await clock.advance(day);
  assert.equal(disk.writes, 2);
});

Deno.test("the connection to the API server tells of each loss and each first answer, once", async () => {
  const clock = fakeClock();
  const told: string[] = [];
  const outages = {
    lost: () => void told.push("lost"),
    answered: () => void told.push("answered"),
  };
  const kube = fakeKube({ clock, outages });
  const ask = () => kube.list({ resource: nodes }).catch(() => {});
  await ask();
  await ask();
  kube.server.goDown();
  await ask();
  await ask();
  kube.server.comeBack();
  await ask();
  assert.deepEqual(told, ["answered", "lost", "answered"]);
  kube.close();
});
