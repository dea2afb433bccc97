/** Registry credentials that a test hands out. */
import type { RegistryAuth } from "../../src/core/cri/types.ts";
import type { RegistryCredentials } from "../../src/ports/registry_credentials.ts";

export interface FakeRegistryCredentials extends RegistryCredentials {
  /** From now on these are all: credentials by how the names of their images begin. */
  set(byPrefix: Readonly<Record<string, RegistryAuth>>): void;
}

/** None to begin with. */
export function fakeRegistryCredentials(): FakeRegistryCredentials {
  let known: readonly (readonly [prefix: string, auth: RegistryAuth])[] = [];
  return {
    set(byPrefix) {
      known = Object.entries(byPrefix).sort(([one], [other]) => other.length - one.length);
    },
    forImage: (image) =>
      Promise.resolve(
        known.filter(([prefix]) => image.startsWith(prefix)).map(([, auth]) => auth),
      ),
  };
}
