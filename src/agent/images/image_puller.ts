/** Pulls images: one at a time or so many side by side, with the registry's credentials, and tells what is under way. */
import type { Image, RegistryAuth } from "../../core/cri/types.ts";
import type { Instant } from "../../core/instant.ts";
import type { Clock } from "../../ports/clock.ts";
import { Forbidden, messageOf } from "../../ports/errors.ts";
import type { Images, PullProgress } from "../../ports/images.ts";
import type { RegistryCredentials } from "../../ports/registry_credentials.ts";
import { parseImageReference } from "../../core/registry/image_reference.ts";
import { createTurns } from "../../ports/turns.ts";
import { createRegistryOutages } from "./registry_outages.ts";

/** A pull that is under way. */
export interface ActivePull extends PullProgress {
  readonly image: string;
  readonly startedAt: Instant;
}

/** How long a pull took: with and without its turn in the queue. */
export interface PullTimes {
  readonly pullMs: number;
  readonly totalMs: number;
}

export interface ImagePuller {
  /** Throws what the image port throws, or the signal's reason. */
  pull(image: string, options: PullOptions): Promise<PullTimes>;
  /** The same for an image that is there: throws RegistryOutOfReach where its registry cannot be asked, and waits for that not long. */
  renew(image: string, options: PullOptions): Promise<PullTimes>;
  /** The pulls under way; those that wait for their turn are not among them. */
  active(): readonly ActivePull[];
  /** Whether the registry of one of the image's names was out of reach when it was asked last. */
  isOutOfReach(image: Pick<Image, "tags" | "digests">): boolean;
}

export interface PullOptions {
  /** Ends the wait for a turn as well as the pull. */
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: PullProgress) => void;
  /** Called when its turn has come. */
  readonly onBegin?: () => void;
  /** Tried before the node's own credentials. */
  readonly auths?: readonly RegistryAuth[];
}

export interface ImagePullerDeps {
  readonly images: Images;
  readonly credentials: RegistryCredentials;
  readonly clock: Clock;
  /** 1 for `serializeImagePulls`; Infinity for no limit. */
  readonly parallel: number;
}

export function createImagePuller(deps: ImagePullerDeps): ImagePuller {
  const { images, credentials, clock } = deps;
  const active = new Map<symbol, ActivePull>();
  const turns = createTurns(deps.parallel);
  const outages = createRegistryOutages(clock);

  async function pull(image: string, options: PullOptions): Promise<PullTimes> {
    const times = await pullInTurn(image, options);
    outages.answered(registryOf(image));
    return times;
  }

  function renew(image: string, options: PullOptions): Promise<PullTimes> {
    const about = { registry: registryOf(image), signal: options.signal };
    return outages.ask(about, ({ signal, began, heard }) =>
      pullInTurn(image, {
        ...options,
        signal,
        onBegin: began,
        onProgress(progress) {
          if (progress.doneBytes > 0) heard();
          options.onProgress?.(progress);
        },
      }));
  }

  async function pullInTurn(image: string, options: PullOptions): Promise<PullTimes> {
    const askedAt = clock.monotonic();
    const release = await turns.take(options.signal);
    const beganAt = clock.monotonic();
    const ticket = Symbol(image);
    const startedAt = clock.now();
    options.onBegin?.();
    active.set(ticket, { image, startedAt, doneBytes: 0, totalBytes: 0 });
    try {
      const auths = [...options.auths ?? [], ...await credentials.forImage(image)];
      await pullWithAny(image, auths, {
        signal: options.signal,
        onProgress(progress) {
          active.set(ticket, { image, startedAt, ...progress });
          options.onProgress?.(progress);
        },
      });
    } finally {
      active.delete(ticket);
      release();
    }
    const end = clock.monotonic();
    return { pullMs: end - beganAt, totalMs: end - askedAt };
  }

  /** Tries the credentials in order, as the kubelet does; all refusals together are the error. */
  async function pullWithAny(
    image: string,
    auths: readonly RegistryAuth[],
    options: Required<Pick<PullOptions, "signal" | "onProgress">>,
  ): Promise<void> {
    if (auths.length === 0) return void await images.pull({ image, ...options });
    const refusals: unknown[] = [];
    for (const auth of auths) {
      try {
        return void await images.pull({ image, auth, ...options });
      } catch (err) {
        options.signal.throwIfAborted();
        refusals.push(err);
      }
    }
    const told = [...new Set(refusals.map(messageOf))];
    if (told.length === 1) throw refusals[0];
    throw new Forbidden(`[${told.join(", ")}]`, { cause: refusals });
  }

  function isOutOfReach({ tags, digests }: Pick<Image, "tags" | "digests">): boolean {
    const missing = outages.list();
    return [...tags, ...digests].some((name) => missing.includes(registryOf(name)));
  }

  return { pull, renew, active: () => [...active.values()], isOutOfReach };
}

/** What cannot be read is its own: the runtime will refuse it. */
function registryOf(image: string): string {
  const reference = parseImageReference(image);
  return reference.ok ? reference.value.registry : image;
}
