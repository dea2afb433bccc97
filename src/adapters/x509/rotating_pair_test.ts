/** The files of the kubelet's layout, also as a kubelet or a power cut left them. */
import assert from "node:assert/strict";
import { fakeClock } from "../../../tests/fakes/clock.ts";
import { type TemporaryFolder, temporaryFolder } from "../../../tests/fakes/temporary_folder.ts";
import { pairFor } from "../../../tests/contract/certificate_store_suite.ts";
import { Failed } from "../../ports/errors.ts";
import type { KeyPair, RequestStore } from "../../ports/certificate_store.ts";
import { generateKey } from "./generate_key.ts";
import { rotatingPair } from "./rotating_pair.ts";

interface Place extends Disposable {
  readonly dir: string;
  readonly store: RequestStore;
  readonly clock: ReturnType<typeof fakeClock>;
  names(): readonly string[];
}

function place(): Place {
  const folder: TemporaryFolder = temporaryFolder();
  const dir = `${folder.path}/pki`;
  const clock = fakeClock(Date.UTC(2026, 0, 31, 23, 59, 59));
  return {
    dir,
    clock,
    store: rotatingPair({ dir, prefix: "kubelet-client", clock }),
    names: () => [...Deno.readDirSync(dir)].map(({ name }) => name).sort(),
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}

const pair = (): KeyPair => pairFor(generateKey());

Deno.test("a pair lies in a dated file that only root can read, and a link leads to it", async () => {
  using here = place();
  const { dir, store, names } = here;
  const { certificate, key } = pair();
  await store.save({ certificate, key });
  assert.deepEqual(names(), [
    "kubelet-client-2026-01-31-23-59-59.pem",
    "kubelet-client-current.pem",
  ]);
  assert.equal(store.path, `${dir}/kubelet-client-current.pem`);
  assert.equal(Deno.readLinkSync(store.path), "kubelet-client-2026-01-31-23-59-59.pem");
  assert.equal(Deno.readTextFileSync(store.path), certificate + key);
  assert.equal((Deno.statSync(store.path).mode ?? 0) & 0o777, 0o600);
  assert.equal((Deno.statSync(dir).mode ?? 0) & 0o777, 0o700);
});

Deno.test("the pair before the current one is kept, older ones and the request's key go", async () => {
  using here = place();
  const { clock, store, names } = here;
  for (let hour = 0; hour < 4; hour++) {
    await store.save(pairFor(await store.nextKey()));
    await clock.advance(3_600_000);
  }
  assert.deepEqual(names(), [
    "kubelet-client-2026-02-01-01-59-59.pem",
    "kubelet-client-2026-02-01-02-59-59.pem",
    "kubelet-client-current.pem",
  ]);
});

Deno.test("a clock that was set back does not make an older pair current", async () => {
  using here = place();
  const { clock, store } = here;
  await store.save(pair());
  clock.setWall(0);
  const latest = pair();
  await store.save(latest);
  assert.deepEqual(await store.load(), latest);
});

Deno.test("two pairs within a second take one file", async () => {
  using here = place();
  const { store, names } = here;
  await store.save(pair());
  const latest = pair();
  await store.save(latest);
  assert.deepEqual(await store.load(), latest);
  assert.equal(names().length, 2);
});

Deno.test("a kubelet's pair that was cut off between its two links is found", async () => {
  using here = place();
  const { dir, store } = here;
  const saved = pair();
  await store.save(saved);
  Deno.renameSync(store.path, `${dir}/kubelet-client-updated.pem`);
  assert.deepEqual(await store.load(), saved);
  assert.equal(Deno.readLinkSync(store.path), "kubelet-client-2026-01-31-23-59-59.pem");
});

Deno.test("a pair in two files is taken where there is no other", async () => {
  using here = place();
  const { dir, store } = here;
  Deno.mkdirSync(dir);
  const { certificate, key } = pair();
  Deno.writeTextFileSync(`${dir}/kubelet-client.crt`, certificate);
  assert.equal(await store.load(), null);
  Deno.writeTextFileSync(`${dir}/kubelet-client.key`, key);
  assert.deepEqual(await store.load(), { certificate, key });
});

Deno.test("a request's key that is cut off is made anew, and can be read by root only", async () => {
  using here = place();
  const { dir, store } = here;
  const key = await store.nextKey();
  const path = `${dir}/kubelet-client.key.tmp`;
  assert.equal((Deno.statSync(path).mode ?? 0) & 0o777, 0o600);
  Deno.writeTextFileSync(path, key.slice(0, 50));
  assert.notEqual(await store.nextKey(), key);
});

const broken = [
  { what: "nothing in it", text: () => "", message: /no certificate in PEM/ },
  { what: "no key", text: ({ certificate }: KeyPair) => certificate, message: /no private key/ },
  {
    what: "the key of another",
    text: ({ certificate }: KeyPair) => certificate + generateKey(),
    message: /the key is not the certificate's/,
  },
];
for (const { what, text, message } of broken) {
  Deno.test(`a file with ${what} is refused and named`, async () => {
    using here = place();
    const { store } = here;
    await store.save(pair());
    Deno.writeTextFileSync(store.path, text(pair()));
    await assert.rejects(store.load(), (error) => {
      assert(error instanceof Failed);
      assert.match(error.message, message);
      return error.message.includes(store.path);
    });
  });
}
