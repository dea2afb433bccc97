/** The stream of runtime events: CRI's own where it can be relied on, containerd's otherwise. */
import type { RuntimeEvent } from "../../core/cri/types.ts";
import type { Log } from "../../ports/log.ts";
import type { Channel } from "./channel.ts";
import { containerdEvents } from "./containerd_events.ts";
import { criEvents } from "./cri_events.ts";
import { isUnimplemented } from "./errors.ts";
import { kubeletApiVersion, runtimeMethods } from "./methods.ts";

export interface EventsDeps {
  readonly channel: Channel;
  readonly log: Log;
}

/** Ends without an error when the connection breaks. The choice is made anew each time: runtimes get upgraded. */
export async function* runtimeEvents(
  { channel, log }: EventsDeps,
  signal: AbortSignal,
): AsyncGenerator<RuntimeEvent> {
  try {
    const events = await isContainerd1(channel, signal) ? containerdEvents : criOrContainerdEvents;
    yield* events(channel, signal);
  } catch (err) {
    if (!signal.aborted) log.debug("Runtime's event stream ended", { err });
  }
}

async function* criOrContainerdEvents(
  channel: Channel,
  signal: AbortSignal,
): AsyncGenerator<RuntimeEvent> {
  try {
    yield* criEvents(channel, signal);
  } catch (err) {
    if (!isUnimplemented(err)) throw err;
    yield* containerdEvents(channel, signal);
  }
}

/**
 * 1.6 has no CRI events, and 1.7 hands each of them to one subscriber only: to a second kubelet, to `crictl events`, or to a
 * subscriber that is gone (seen on 1.7.24: after a restart of the agent the first event is lost).
 */
async function isContainerd1(channel: Channel, signal: AbortSignal): Promise<boolean> {
  const request = { version: kubeletApiVersion };
  const said = await channel.unary(runtimeMethods.version, request, { signal });
  return said.runtimeName === "containerd" && /^v?1\./.test(said.runtimeVersion);
}
