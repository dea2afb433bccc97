/** The service account tokens that lie in the store, so that pods have theirs after a reboot without a link. */
import { isWorthStoring } from "../../core/kube/token_renewal.ts";
import type { Log } from "../../ports/log.ts";
import type { StoredToken, TokenStore } from "../../ports/token_store.ts";
import type { LazyWrites } from "../lazy_writes.ts";
import type { IssuedToken } from "./token_request.ts";

/** One of a pod's tokens: `tokenKey` of what was wished for. */
export interface TokenName {
  readonly podUid: string;
  readonly key: string;
}

/** Nobody waits for the disk: what could not be written is tried again. A token goes only for its successor, or with its pod. */
export interface StoredTokens {
  /** What an earlier agent got; null where it got none. */
  earlier(name: TokenName): string | null;
  /** The pods that an earlier agent got tokens for. */
  podUids(): readonly string[];
  save(name: TokenName, token: Pick<IssuedToken, "text" | "times">): void;
  /** All tokens of a pod that has ended. */
  remove(podUid: string): void;
}

export interface StoredTokensDeps {
  readonly store: TokenStore;
  readonly writes: LazyWrites;
  readonly log: Log;
}

/** The tokens of a pod, by their keys. */
interface PodTokens {
  /** Those that the store has or is to have. */
  readonly kept: Map<string, StoredToken>;
  /** Those of them that it does not have yet. */
  readonly fresh: Map<string, StoredToken>;
}

/** A store that cannot be read costs the tokens that lie in it, and is told of. */
export async function loadStoredTokens(
  { store, writes, log }: StoredTokensDeps,
): Promise<StoredTokens> {
  const pods = new Map<string, PodTokens>();
  for (const [podUid, tokens] of Map.groupBy(await load(), (token) => token.podUid)) {
    pods.set(podUid, {
      kept: new Map(tokens.map((token) => [token.key, token])),
      fresh: new Map(),
    });
  }

  async function load(): Promise<readonly StoredToken[]> {
    try {
      return await store.load();
    } catch (err) {
      log.error("Could not read stored tokens, pods wait for new ones", { err });
      return [];
    }
  }

  /** One write for all that has come of a pod, so that none can follow its removal. */
  async function write(podUid: string): Promise<void> {
    const tokens = pods.get(podUid);
    if (tokens === undefined) return await store.remove(podUid);
    await Promise.all([...tokens.fresh.values()].map(async (token) => {
      await store.save(token);
      if (tokens.fresh.get(token.key) === token) tokens.fresh.delete(token.key);
    }));
  }

  const put = (podUid: string): void => writes.put(`tokens ${podUid}`, () => write(podUid));

  writes.onBegunAnew(() => {
    for (const [podUid, { kept, fresh }] of pods) {
      for (const [key, token] of kept) fresh.set(key, token);
      put(podUid);
    }
  });

  return {
    earlier: ({ podUid, key }) => pods.get(podUid)?.kept.get(key)?.text ?? null,
    podUids: () => [...pods.keys()],
    save({ podUid, key }, { text, times }) {
      const tokens = pods.get(podUid) ?? { kept: new Map(), fresh: new Map() };
      const storedUntil = tokens.kept.get(key)?.expiresAt ?? null;
      if (!isWorthStoring({ storedUntil, times })) return;
      const token = { podUid, key, text, expiresAt: times.expiresAt };
      tokens.kept.set(key, token);
      tokens.fresh.set(key, token);
      pods.set(podUid, tokens);
      put(podUid);
    },
    remove(podUid) {
      if (pods.delete(podUid)) put(podUid);
    },
  };
}
