/** What every store must do. */
import assert from "node:assert/strict";
import { newMemory, type PodMemory, rememberFailure } from "../../src/core/pod/memory.ts";
import { configMaps, type KubeObject, secrets } from "../../src/core/kube/resource.ts";
import type { Store } from "../../src/ports/store.ts";

/** One store, until it is disposed of. */
export interface StoreSubject extends Disposable {
  /** Opens it, and opens it again as a new agent would. */
  open(): Promise<Store>;
}

export function storeSuite(name: string, subject: () => StoreSubject): void {
  const test = (what: string, body: (subject: StoreSubject) => Promise<void>): void =>
    Deno.test(`${name}: ${what}`, async () => {
      using opened = subject();
      await body(opened);
    });
  const memory: PodMemory = rememberFailure(newMemory(1_000), "main", {
    reason: "ErrImagePull",
    message: 'a "quoted" text\nwith two lines',
    at: 2_000,
    delayMs: 10_000,
  });

  test("memories that were saved are there after opening again", async (opened) => {
    const first = await opened.open();
    await first.memories.save("uid-1", memory);
    await Promise.all([
      first.memories.save("uid-2", newMemory(5)),
      first.memories.save("uid-2", newMemory(6)),
    ]);
    await first.close();
    const second = await opened.open();
    const memories = await second.memories.load();
    assert.deepEqual(memories, new Map([["uid-1", memory], ["uid-2", newMemory(6)]]));
    await second.close();
  });

  test("removing a memory twice is as good as once", async (opened) => {
    const { memories, close } = await opened.open();
    await memories.save("uid-1", memory);
    await memories.remove("uid-1");
    await memories.remove("uid-1");
    assert.equal((await memories.load()).size, 0);
    await close();
  });

  test("objects are kept by their name, the newest of each, and a resource's own", async (opened) => {
    const first = await opened.open();
    const old = object({ uid: "1", resourceVersion: "7" }, { key: "old" });
    const fresh = object({ uid: "2", resourceVersion: "3" }, { key: "fresh" });
    await first.objects.save(configMaps, old);
    await first.objects.save(configMaps, fresh);
    await first.objects.save(secrets, old);
    await first.close();
    const { objects, close } = await opened.open();
    assert.deepEqual(await objects.load(configMaps), [fresh]);
    assert.deepEqual(await objects.load(secrets), [old]);
    const named = { namespace: "default", name: "settings" };
    await objects.remove({ resource: secrets, ...named });
    await objects.remove({ resource: secrets, ...named });
    assert.deepEqual(await objects.load(secrets), []);
    assert.deepEqual(await objects.load(configMaps), [fresh]);
    await close();
  });

  test("an object of the same version is not written again", async (opened) => {
    const { objects, close } = await opened.open();
    await objects.save(configMaps, object({ uid: "1", resourceVersion: "7" }, { key: "first" }));
    await objects.save(configMaps, object({ uid: "1", resourceVersion: "7" }, { key: "second" }));
    const first = object({ uid: "1", resourceVersion: "7" }, { key: "first" });
    assert.deepEqual(await objects.load(configMaps), [first]);
    await close();
  });

  test("a pod's tokens are kept by their key, and go with it", async (opened) => {
    const first = await opened.open();
    const token = { podUid: "pod", key: "3600 ", text: "ey.ey.x", expiresAt: 1_000 };
    await first.tokens.save({ ...token, text: "older" });
    await first.tokens.save(token);
    await first.tokens.save({ ...token, podUid: "other" });
    await first.close();
    const { tokens, close } = await opened.open();
    await tokens.remove("other");
    assert.deepEqual(await tokens.load(), [token]);
    await close();
  });

  test("nothing is wrong with one that works, and to recover changes nothing", async (opened) => {
    const store = await opened.open();
    await store.facts.save("ClusterUid", "one");
    const before = store.state();
    assert.equal(before.problem, null);
    assert.equal(before.setAside, null);
    assert.equal(before.key.problem, "");
    await store.recover();
    assert.deepEqual(store.state(), before);
    await store.close();
  });

  test("what is secret is there after its key was rotated, now and after opening again", async (opened) => {
    const first = await opened.open();
    const secret = object({ uid: "1", resourceVersion: "7" }, { key: "secret" });
    const token = { podUid: "pod", key: "3600 ", text: "ey.ey.x", expiresAt: 1_000 };
    await first.objects.save(secrets, secret);
    await first.tokens.save(token);
    await first.rotateKey();
    assert.deepEqual(await first.objects.load(secrets), [secret]);
    await first.close();
    const { objects, tokens, close } = await opened.open();
    assert.deepEqual(await objects.load(secrets), [secret]);
    assert.deepEqual(await tokens.load(), [token]);
    await close();
  });

  test("facts are kept", async (opened) => {
    const first = await opened.open();
    await first.facts.save("ClusterUid", "one");
    await first.facts.save("ClusterUid", "other");
    await first.close();
    const { facts, close } = await opened.open();
    assert.deepEqual(await facts.load(), new Map([["ClusterUid", "other"]]));
    const all = ["ClusterUid", "PodsVersion", "LastTime", "DeletionsHeld", "Outages"] as const;
    for (const name of all) await facts.save(name, name);
    assert.deepEqual([...(await facts.load()).keys()].sort(), all.toSorted());
    await close();
  });
}

function object(
  version: { readonly uid: string; readonly resourceVersion: string },
  data: Readonly<Record<string, string>>,
): KubeObject & { readonly data: Readonly<Record<string, string>> } {
  return { metadata: { namespace: "default", name: "settings", ...version }, data };
}
