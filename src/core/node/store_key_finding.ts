/** What `skerry check` says of the key by which Secrets and tokens are sealed in the local store. */
import type { KeySource } from "../store_state.ts";
import type { Finding } from "./preflight.ts";

export interface StoreKeyFacts {
  readonly source: KeySource;
  readonly path: string;
  /** Why it is of no use; null where it is, or will be made. */
  readonly error: string | null;
}

const kinds: Readonly<Record<KeySource, string>> = {
  Credential: "a systemd credential",
  File: "a file that the configuration names",
  Default:
    "a file on the same disk, which root alone may read; it does not protect a disk that is stolen",
};

export function storeKeyFinding({ source, path, error }: StoreKeyFacts): Finding {
  const name = "store key";
  if (error === null) return { name, verdict: "ok", detail: `${path}, ${kinds[source]}` };
  return {
    name,
    verdict: "error",
    detail: `${error}; Secrets and tokens are neither read from the store nor kept in it`,
    fix: source === "File"
      ? `bring back the medium that ${path} lies on, or make a key: (umask 077; head -c 32 /dev/urandom > ${path})`
      : `see that ${path} has 32 bytes`,
  };
}
