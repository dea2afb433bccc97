/** A bridge that is killed at any request to the API server: the next one has all that the node tells, once. */
import assert from "node:assert/strict";
import type { JournalEntry } from "../../src/core/journal/record.ts";
import { events } from "../../src/core/kube/resource.ts";
import type { KubeApi } from "../../src/ports/kube_api.ts";
import { failed, startBridgeSite, web } from "./bridge_site.ts";

/** The last request is `Lost`: it never reaches the server; or `Unheard`: its answer never comes. */
type End = "Lost" | "Unheard";

const methods = ["get", "list", "create", "replace", "patch", "delete"] as const;

/** Requests of a process that ends at its `last` one, counted from when it is told to. */
function mortal({ last, end }: { readonly last: number; readonly end: End }) {
  const death = Promise.withResolvers<never>();
  death.promise.catch(() => {});
  let left = Infinity;

  async function dying<T>(request: () => Promise<T>): Promise<T> {
    left -= 1;
    if (left > 0) return await request();
    if (left === 0 && end === "Unheard") await request();
    return await death.promise;
  }

  return {
    through(kube: KubeApi): KubeApi {
      const through = methods.map((method) => [
        method,
        (...args: unknown[]) =>
          dying(() => (kube[method] as (...args: unknown[]) => Promise<unknown>)(...args)),
      ]);
      return { ...kube, ...Object.fromEntries(through) };
    },
    /** From now on so many requests are left. */
    doom: () => void (left = last),
    isDead: () => left <= 0,
    /** What it waits for ends, so that nothing is left of it. */
    bury: () => death.reject(new Error("the process was killed")),
  };
}

const event = {
  type: "Warning",
  reason: "BackOff",
  message: "again",
  ...web,
  fieldPath: "",
} as const;

/** Gives false where the bridge has done its work before it would have been killed. */
async function survives(last: number, end: End): Promise<boolean> {
  const first = mortal({ last, end });
  await using site = await startBridgeSite({ through: first.through });
  const { clock, kube } = site;
  const node = await site.node();
  await node.present();
  await clock.settle();
  first.doom();
  const told: JournalEntry = {
    kind: "Event",
    event,
    first: 1,
    firstSeen: clock.now(),
    count: 3,
  };
  const payload = await node.batch([node.record(told), node.record(failed)]);
  await clock.settle();
  const isDone = !first.isDead();

  // The same connection name: the broker ends the dead one's session.
  const second = site.startBridge("bridge-0");
  await clock.settle();
  await node.present({ connection: 2 });
  await clock.settle();
  await node.publish("journal", payload);
  await clock.settle();
  assert.equal(site.phase(), "Failed");
  const [shown, ...more] = kube.server.list(events);
  assert.deepEqual([shown?.["count"], more], [3, []]);
  assert.ok(node.acknowledged.length > 0, `not acknowledged: ${last} ${end}`);
  assert.deepEqual(node.acknowledged.at(-1)?.refused, []);
  first.bury();
  await second.stop();
  return !isDone;
}

for (const end of ["Lost", "Unheard"] as const) {
  Deno.test(`a bridge is killed at each request of a batch, which is ${end}`, async () => {
    let last = 1;
    while (await survives(last, end)) last += 1;
    // Event, pod and its status, mark.
    assert.ok(last > 4, `${last}`);
  });
}
