/** Keys: where they come from, what happens without one, and how one takes another's place. */
import assert from "node:assert/strict";
import { fakeLog } from "../../../tests/fakes/log.ts";
import { type TemporaryFolder, temporaryFolder } from "../../../tests/fakes/temporary_folder.ts";
import { type KubeObject, secrets } from "../../core/kube/resource.ts";
import { Invalid, Unavailable } from "../../ports/errors.ts";
import type { Log } from "../../ports/log.ts";
import type { Store } from "../../ports/store.ts";
import { openStore } from "./store.ts";
import { checkKey, type KeyPlaces } from "./store_key.ts";

const secret: KubeObject = {
  metadata: { namespace: "a", name: "b", uid: "u", resourceVersion: "1" },
};
const token = { podUid: "pod", key: "3600 ", text: "ey.ey.x", expiresAt: 1_000 };

interface Site extends Disposable {
  readonly path: string;
  readonly places: KeyPlaces;
  /** Writes a key of one byte over and over. */
  key(name: string, byte: number): string;
  open(own?: Partial<KeyPlaces>, log?: Log): Promise<Store>;
}

function site(): Site {
  const folder: TemporaryFolder = temporaryFolder();
  const { path } = folder;
  const places = { defaultPath: `${path}/store.key` };
  return {
    path,
    places,
    key(name, byte) {
      Deno.writeFileSync(`${path}/${name}`, new Uint8Array(32).fill(byte));
      return `${path}/${name}`;
    },
    open: (own = {}, log = fakeLog()) =>
      openStore({ path: `${path}/skerry.db`, keys: { ...places, ...own }, log, now: () => 0 }),
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}

async function fill(store: Store): Promise<void> {
  await store.objects.save(secrets, secret);
  await store.tokens.save(token);
}

async function assertFull(store: Store): Promise<void> {
  assert.deepEqual(await store.objects.load(secrets), [secret]);
  assert.deepEqual(await store.tokens.load(), [token]);
}

Deno.test("a credential goes before a configured file, and that before the default", async () => {
  using it = site();
  const credentialsDirectory = `${it.path}`;
  const file = it.key("usb.key", 1);
  const source = async (own: Partial<KeyPlaces>): Promise<string> => {
    const store = await it.open(own);
    await store.close();
    return store.state().key.source;
  };
  assert.equal(await source({}), "Default");
  assert.equal(await source({ credentialsDirectory }), "Default", "no credential of that name");
  assert.equal(await source({ file }), "File");
  it.key("skerry.store-key", 2);
  assert.equal(await source({ credentialsDirectory, file }), "Credential");
  assert.equal(checkKey({ ...it.places, credentialsDirectory, file }).source, "Credential");
});

Deno.test("the default key is root's alone", async () => {
  using it = site();
  await (await it.open()).close();
  assert.equal((Deno.statSync(it.places.defaultPath).mode ?? 0) & 0o777, 0o600);
});

Deno.test("with a wrong key only what is secret is lost, and that is told once", async () => {
  using it = site();
  const file = it.key("usb.key", 1);
  const first = await it.open({ file });
  await fill(first);
  await first.facts.save("ClusterUid", "one");
  await first.close();
  it.key("usb.key", 2);
  const log = fakeLog();
  const other = await it.open({ file }, log);
  assert.deepEqual(await other.objects.load(secrets), []);
  assert.deepEqual(await other.tokens.load(), []);
  assert.deepEqual([...await other.facts.load()], [["ClusterUid", "one"]]);
  assert.equal(other.state().key.unreadable, 2);
  await other.objects.load(secrets);
  assert.equal(log.messages("error").length, 2, "of Secrets and of tokens");
  await other.close();
  it.key("usb.key", 1);
  const again = await it.open({ file });
  await assertFull(again);
  await again.close();
});

Deno.test("what cannot be read is written anew, though the API server has no other version of it", async () => {
  using it = site();
  const first = await it.open({ file: it.key("usb.key", 1) });
  await fill(first);
  const before = await first.objects.load(secrets);
  await first.close();
  const file = it.key("usb.key", 2);
  const other = await it.open({ file });
  assert.deepEqual(await other.objects.load(secrets), []);
  for (const secret of before) await other.objects.save(secrets, secret);
  assert.deepEqual(await other.objects.load(secrets), before);
  await other.close();
});

Deno.test("without its key nothing secret is stored, nothing is lost, and it works again when the key is there", async () => {
  using it = site();
  const file = it.key("usb.key", 1);
  const first = await it.open({ file });
  await fill(first);
  await first.close();
  Deno.removeSync(file);
  const log = fakeLog();
  const store = await it.open({ file }, log);
  assert.match(store.state().key.problem, /usb\.key does not exist/);
  assert.match(log.messages("error").join(), /Key of the store is missing/);
  await assert.rejects(store.tokens.save(token), Unavailable);
  await assert.rejects(store.rotateKey(), Unavailable);
  await store.facts.save("ClusterUid", "one");
  assert.throws(() => Deno.statSync(file), Deno.errors.NotFound, "it is never made there");
  it.key("usb.key", 1);
  await store.recover();
  assert.equal(store.state().key.problem, "");
  await assertFull(store);
  await store.tokens.save(token);
  await store.close();
});

Deno.test("a key that is cut short opens nothing: the default is made anew, another is told of", async () => {
  using it = site();
  const file = `${it.path}/usb.key`;
  Deno.writeFileSync(file, new Uint8Array(31));
  assert.match(checkKey({ ...it.places, file }).error ?? "", /31 bytes, a key has 32/);
  const without = await it.open({ file });
  assert.match(without.state().key.problem, /31 bytes/);
  await without.close();
  Deno.writeFileSync(it.places.defaultPath, new Uint8Array(31));
  const store = await it.open();
  await fill(store);
  await assertFull(store);
  await store.close();
  assert.ok(Deno.statSync(`${it.places.defaultPath}.damaged`).isFile);
});

Deno.test("a store follows the configuration to another key, and the default one then goes", async () => {
  using it = site();
  const first = await it.open();
  await fill(first);
  await first.close();
  const file = it.key("usb.key", 1);
  const moved = await it.open({ file });
  await assertFull(moved);
  await moved.close();
  assert.throws(() => Deno.statSync(it.places.defaultPath), Deno.errors.NotFound);
  const again = await it.open({ file });
  await assertFull(again);
  await again.close();
});

Deno.test("a new credential with the old one beside it", async () => {
  using it = site();
  const own = { credentialsDirectory: it.path };
  it.key("skerry.store-key", 1);
  const first = await it.open(own);
  await fill(first);
  await assert.rejects(first.rotateKey(), Invalid);
  await first.close();
  it.key("skerry.store-key", 2);
  it.key("skerry.store-key.old", 1);
  await (await it.open(own)).close();
  Deno.removeSync(`${it.path}/skerry.store-key.old`);
  const store = await it.open(own);
  await assertFull(store);
  await store.close();
});

Deno.test("after a rotation the old key opens nothing, and what is saved meanwhile is sealed with the new one", async () => {
  using it = site();
  const store = await it.open();
  await fill(store);
  const old = Deno.readFileSync(it.places.defaultPath);
  const saved = { ...token, key: "meanwhile" };
  const [count] = await Promise.all([store.rotateKey(), store.tokens.save(saved)]);
  assert.ok(count >= 2, `${count} were sealed anew`);
  assert.deepEqual(await store.tokens.load(), [token, saved]);
  await store.close();
  const again = await it.open();
  assert.deepEqual(await again.tokens.load(), [token, saved]);
  await again.close();
  Deno.writeFileSync(it.places.defaultPath, old);
  const wrong = await it.open();
  assert.deepEqual(await wrong.tokens.load(), []);
  await wrong.close();
});

Deno.test("wherever a rotation is cut off, the next agent has everything, and one key", async () => {
  using it = site();
  const files = ["skerry.db", "skerry.db-wal", "store.key", "store.key.new"];
  const store = await it.open();
  await fill(store);
  const before = image(it.path, files);
  // The new key is on the disk, nothing is sealed with it; then everything is, and it has not taken the old one's place.
  const cuts: (readonly Image[])[] = [];
  const rename = Deno.renameSync;
  try {
    Deno.renameSync = (from, to) => {
      if (String(from).endsWith(".key.new")) cuts.push(image(it.path, files));
      rename(from, to);
      if (String(to).endsWith(".key.new")) cuts.push(image(it.path, files));
    };
    await store.rotateKey();
  } finally {
    Deno.renameSync = rename;
  }
  await store.close();
  assert.equal(cuts.length, 2);
  for (const cut of [before, ...cuts]) {
    restore(it.path, cut);
    const next = await it.open();
    await assertFull(next);
    await next.close();
    assert.throws(() => Deno.statSync(`${it.places.defaultPath}.new`), Deno.errors.NotFound);
    const again = await it.open();
    await assertFull(again);
    assert.equal(await again.rotateKey(), 2);
    await again.close();
  }
});

Deno.test("two rotations at the same time are one after the other: the key that is needed is on the disk throughout", async () => {
  using it = site();
  const files = ["skerry.db", "skerry.db-wal", "store.key", "store.key.new"];
  const store = await it.open();
  await fill(store);
  const cuts: (readonly Image[])[] = [];
  const rename = Deno.renameSync;
  try {
    Deno.renameSync = (from, to) => {
      rename(from, to);
      cuts.push(image(it.path, files));
    };
    assert.deepEqual(await Promise.all([store.rotateKey(), store.rotateKey()]), [2, 2]);
  } finally {
    Deno.renameSync = rename;
  }
  await store.close();
  for (const cut of [...cuts, image(it.path, files)]) {
    restore(it.path, cut);
    const next = await it.open();
    await assertFull(next);
    await next.close();
  }
});

interface Image {
  readonly name: string;
  readonly content: Uint8Array | null;
}

function image(folder: string, names: readonly string[]): readonly Image[] {
  return names.map((name) => {
    try {
      return { name, content: Deno.readFileSync(`${folder}/${name}`) };
    } catch {
      return { name, content: null };
    }
  });
}

function restore(folder: string, images: readonly Image[]): void {
  for (const { name, content } of images) {
    if (content !== null) Deno.writeFileSync(`${folder}/${name}`, content);
    else if ([...Deno.readDirSync(folder)].some((each) => each.name === name)) {
      Deno.removeSync(`${folder}/${name}`);
    }
  }
}
