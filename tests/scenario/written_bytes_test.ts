/** What pods that change all the time cost the flash: a whole agent on a real store. */
import assert from "node:assert/strict";
import { openStore } from "../../src/adapters/sqlite/store.ts";
import type { Store } from "../../src/ports/store.ts";
import { fakeLog } from "../fakes/log.ts";
import { pod } from "../fakes/pods.ts";
import { temporaryFolder } from "../fakes/temporary_folder.ts";
import { joinedWorld } from "./site.ts";
import type { World } from "./world.ts";

const names = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"];

function bytesOf(store: Store): number {
  const { writtenBytes } = store.state();
  assert.ok(writtenBytes !== null, "the kernel counts");
  return Object.values(writtenBytes).reduce((sum, bytes) => sum + bytes, 0);
}

/** Once an hour it is: what comes within an hour after it is no write of the time. */
async function untilTimeIsKept(world: World, { facts }: Store): Promise<void> {
  const kept = async () => (await facts.load()).get("LastTime");
  const before = await kept();
  while (await kept() === before) await world.advance(60_000);
}

Deno.test("pods that crash and start again cost at most 4 KB a transition, events and memories included; idle ones nothing", async () => {
  // In memory, for it is the bytes that are counted, and not their way to the disk.
  using folder = temporaryFolder({ dir: "/dev/shm" });
  const path = `${folder.path}/skerry.db`;
  const keys = { defaultPath: `${folder.path}/store.key` };
  const store = await openStore({ path, keys, log: fakeLog(), now: () => 0 });
  await using world = await joinedWorld({ store: () => store });
  await world.cluster.bind(...names.map((name) => pod(name)));
  await world.advance(120_000);
  const before = bytesOf(store);
  let transitions = 0;
  for (let round = 0; transitions < 1_000; round++) {
    for (const name of names) {
      // It runs no more, it waits, it runs again.
      transitions += 3;
      world.runtime.exit(`${name}/main`, { code: 1 });
      await world.advance(700);
    }
    await world.advance(600_000);
    for (const name of names) assert.equal(world.container(`${name}/main`).restartCount, round + 1);
  }
  const each = (bytesOf(store) - before) / transitions;
  assert.ok(each <= 4_096, `${each} bytes a transition`);
  await world.advance(600_000);
  await untilTimeIsKept(world, store);
  const idle = bytesOf(store);
  await world.advance(600_000);
  assert.equal(bytesOf(store), idle);
  await world.stopAgent();
  await store.close();
});
