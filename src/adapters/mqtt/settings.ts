/** How brokers are reached and what shows them who we are. */
import type { BrokerUrl } from "../../core/broker/broker_url.ts";
import type { KeyPair } from "../../ports/certificate_store.ts";
import { Invalid, messageOf } from "../../ports/errors.ts";

export interface BrokerSettings {
  /** At least one; tried in this order. */
  readonly brokers: readonly BrokerUrl[];
  /** PEM of authorities that are believed besides the public ones. */
  readonly caFile?: string | undefined;
  /** PEM of the client certificate; `keyFile` may be the same file. */
  readonly certFile?: string | undefined;
  readonly keyFile?: string | undefined;
  /** Where no `certFile` is named: the node's own. */
  readonly identity?: () => Promise<KeyPair>;
  readonly usernameFile?: string | undefined;
  readonly passwordFile?: string | undefined;
  readonly keepAliveMs: number;
  /** Of a payload, in both directions. */
  readonly maxMessageBytes: number;
  /** How long a broker may take to accept us; 20 s when left out. */
  readonly connectTimeoutMs?: number;
}

/** What is in the files. */
export interface Credentials {
  readonly ca: string | undefined;
  readonly cert: string | undefined;
  readonly key: string | undefined;
  readonly username: string | undefined;
  readonly password: string | undefined;
}

/** Reads the files anew: certificates and passwords are replaced while we run. Throws Invalid, with the field's name. */
export async function readCredentials(settings: BrokerSettings): Promise<Credentials> {
  const [ca, cert, key, username, password] = await Promise.all(
    (["caFile", "certFile", "keyFile", "usernameFile", "passwordFile"] as const).map((field) =>
      readFile(field, settings[field])
    ),
  );
  const own = settings.certFile === undefined ? await settings.identity?.() : undefined;
  return {
    ca,
    cert: own?.certificate ?? cert,
    key: own?.key ?? key,
    username: line(username),
    password: line(password),
  };
}

async function readFile(field: string, path: string | undefined): Promise<string | undefined> {
  if (path === undefined) return undefined;
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    throw new Invalid(`relay.${field}: cannot read ${path}: ${messageOf(error)}`, { cause: error });
  }
}

/** Editors end files with a newline, which belongs to no password. */
function line(text: string | undefined): string | undefined {
  return text?.replace(/\r?\n$/, "");
}
