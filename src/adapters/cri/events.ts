/** The stream of runtime events: CRI's own, or containerd's where the runtime has no such call. */
import type { RuntimeEvent } from "../../core/cri/types.ts";
import type { Log } from "../../ports/log.ts";
import type { Channel } from "./channel.ts";
import { containerdEvents } from "./containerd_events.ts";
import { criEvents } from "./cri_events.ts";
import { isUnimplemented } from "./errors.ts";

export interface EventsDeps {
  readonly channel: Channel;
  readonly log: Log;
}

/**
 * Ends without an error when the connection breaks. CRI's call is tried anew at each subscription: the runtime may have
 * been upgraded in between.
 */
export async function* runtimeEvents(
  { channel, log }: EventsDeps,
  signal: AbortSignal,
): AsyncGenerator<RuntimeEvent> {
  try {
    yield* criEvents(channel, signal);
    return;
  } catch (err) {
    if (!isUnimplemented(err)) return log.debug("Runtime's event stream ended", { err });
  }
  try {
    yield* containerdEvents(channel, signal);
  } catch (err) {
    log.debug("Runtime's event stream ended", { err });
  }
}
