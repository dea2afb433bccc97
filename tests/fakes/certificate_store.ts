/** A store of one certificate in memory. */
import { generateKey } from "../../src/adapters/x509/generate_key.ts";
import type { KeyPair, RequestStore } from "../../src/ports/certificate_store.ts";
import type { PortError } from "../../src/ports/errors.ts";

/** The store and the hands of the test on it. */
export interface FakeCertificateStore extends RequestStore {
  /** What is in it. */
  pair: KeyPair | null;
  /** All further calls fail with this; null: they work again. */
  failure: PortError | null;
}

export function fakeCertificateStore(pair: KeyPair | null = null): FakeCertificateStore {
  let key: string | null = null;
  const store: FakeCertificateStore = {
    path: "/pki/kubelet-client-current.pem",
    pair,
    failure: null,
    load: () => working(() => store.pair),
    save: (saved) =>
      working(() => {
        store.pair = saved;
        key = null;
      }),
    nextKey: () => working(() => key ??= generateKey()),
    giveUpKey: () => working(() => void (key = null)),
  };

  // deno-lint-ignore require-await -- what fails must reject
  async function working<T>(work: () => T): Promise<T> {
    if (store.failure !== null) throw store.failure;
    return work();
  }
  return store;
}
