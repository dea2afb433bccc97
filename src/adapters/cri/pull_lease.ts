/**
 * Keeps what an interrupted pull has got so far. containerd ends a pull with its caller, and collects what it had; what a lease
 * names stays, and the next pull of the same layers goes on where that one stopped.
 * @see https://github.com/containerd/containerd/blob/main/docs/garbage-collection.md
 */
import { createHash } from "node:crypto";
import { type Instant, minute } from "../../core/instant.ts";
import type { Clock } from "../../ports/clock.ts";
import { Conflict } from "../../ports/errors.ts";
import type { Channel, Method } from "./channel.ts";
import { containerdHeaders, containerdMethods } from "./methods.ts";

/** Never throws: a runtime without leases pulls all the same. */
export interface PullLease {
  /** These downloads are under way, by the content store's references such as `layer-sha256:…`. */
  hold(refs: readonly string[]): Promise<void>;
  /** What is held is not needed any more, or is no good. */
  release(): Promise<void>;
}

/** A pull that nobody goes on with is forgotten after that. */
const keptMs = 7 * 24 * 60 * minute;

export function createPullLease(
  image: string,
  { channel, clock }: { readonly channel: Channel; readonly clock: Clock },
): PullLease {
  const id = leaseId(image);
  const held = new Set<string>();
  let isMade = false;

  async function call<Q, A>(method: Method<Q, A>, request: Q): Promise<void> {
    await channel.unary(method, request, { headers: containerdHeaders });
  }

  async function make(): Promise<void> {
    if (isMade) return;
    const labels = { "containerd.io/gc.expire": expiry(clock.now() + keptMs) };
    // One that an earlier agent has made is as good.
    try {
      await call(containerdMethods.createLease, { id, labels });
    } catch (err) {
      if (!(err instanceof Conflict)) throw err;
    }
    isMade = true;
  }

  /** The download while it is under way, and what it becomes. */
  async function holdOne(ref: string): Promise<void> {
    const add = (type: string, name: string): Promise<void> =>
      call(containerdMethods.addResource, { id, resource: { type, id: name } });
    await add("ingests", ref);
    const digest = /sha(256|512):[0-9a-f]+$/.exec(ref)?.[0];
    if (digest !== undefined) await add("content", digest);
    held.add(ref);
  }

  return {
    async hold(refs) {
      const fresh = refs.filter((ref) => !held.has(ref));
      if (fresh.length === 0) return;
      await attempted(async () => {
        await make();
        for (const ref of fresh) await holdOne(ref);
      });
    },
    release: () => attempted(() => call(containerdMethods.deleteLease, { id, sync: false })),
  };
}

/** The same for each pull of the image, whoever makes it. */
function leaseId(image: string): string {
  return `skerry-pull-${createHash("sha256").update(image).digest("hex").slice(0, 16)}`;
}

/** RFC 3339, to the second. */
function expiry(at: Instant): string {
  return new Date(at).toISOString().replace(/\.\d+/, "");
}

async function attempted(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch {
    // No such service, no such lease, or the runtime is away: the pull itself tells.
  }
}
