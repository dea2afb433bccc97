/** The pods' service account tokens in SQLite, sealed. */
import type { Log } from "../../ports/log.ts";
import type { StoredToken, TokenStore } from "../../ports/token_store.ts";
import type { Commits } from "./commits.ts";
import { attempt, type Connection, type Row } from "./connection.ts";
import { type Keyring, writeSealed } from "./keyring.ts";
import { bytesOf, oncePerCount } from "./object_store.ts";

export interface TokenStoreDeps {
  readonly connection: Connection;
  readonly commits: Commits;
  readonly keyring: Keyring;
  readonly log: Log;
}

export function tokenStore({ connection, commits, keyring, log }: TokenStoreDeps): TokenStore {
  const all = connection.prepare("SELECT * FROM token");
  const put = connection.prepare("INSERT OR REPLACE INTO token VALUES (?, ?, ?, ?)");
  const drop = connection.prepare("DELETE FROM token WHERE pod_uid = ?");

  const tell = oncePerCount(log);

  async function read(row: Row): Promise<readonly StoredToken[]> {
    const [podUid, key] = [String(row["pod_uid"]), String(row["key"])];
    const expiresAt = Number(row["expires_at"]);
    const text = await keyring.open(bytesOf(row["content"]), aboutToken({ podUid, key }));
    return text === null ? [] : [{ podUid, key, text, expiresAt }];
  }

  return {
    async load() {
      const rows = await attempt(() => all.all());
      const tokens = (await Promise.all(rows.map(read))).flat();
      tell("service account tokens", rows.length - tokens.length);
      return tokens;
    },
    async save(token) {
      const { podUid, key, text, expiresAt } = token;
      const sealed = {
        keyring,
        commits,
        cause: "tokens",
        plain: text,
        about: aboutToken(token),
      } as const;
      await writeSealed(sealed, (content) => put.run(podUid, key, expiresAt, content));
    },
    remove: (podUid) => commits.write({ cause: "tokens", work: () => drop.run(podUid) }),
  };
}

/** What a token is bound to when it is sealed. */
export function aboutToken(
  { podUid, key }: Pick<StoredToken, "podUid" | "key">,
): readonly string[] {
  return ["token", podUid, key];
}
