/** What a node of a k3s cluster keeps: in the folder `k3s` of the agent's root. */
import { join } from "node:path/posix";
import { guarded } from "../linux/guarded.ts";
import { orNull } from "../linux/or_null.ts";

/** Absolute paths. */
export interface K3sNodePaths {
  readonly dir: string;
  /** The authority that the token pinned, in PEM. */
  readonly ca: string;
  /** The token, for when the node's own certificate is not accepted; mode 0600. */
  readonly token: string;
  /** Mode 0600. */
  readonly password: string;
  /** A list of `HOST:PORT` in JSON: all API servers, as the server that was joined knew them last. */
  readonly apiServers: string;
  /** In JSON the fields that joining added to the configuration, for leaving. */
  readonly joined: string;
}

export function k3sNodePaths(rootDir: string): K3sNodePaths {
  const dir = join(rootDir, "k3s");
  return {
    dir,
    ca: join(dir, "server-ca.crt"),
    token: join(dir, "token"),
    password: join(dir, "node-password"),
    apiServers: join(dir, "apiservers.json"),
    joined: join(dir, "joined.json"),
  };
}

/** 16 random bytes in hex. */
export function newNodePassword(): string {
  return crypto.getRandomValues(new Uint8Array(16)).toHex();
}

/** Without the blanks around it; null where it is not there. Throws the errors of the ports. */
export async function readSecret(path: string): Promise<string | null> {
  const text = await guarded(`read ${path}`, () => orNull(Deno.readTextFile(path)));
  return text === null || text.trim() === "" ? null : text.trim();
}
