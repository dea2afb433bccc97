/** What keeps an idle tunnel alive, and shows that it is dead. */
import { second } from "../instant.ts";

/**
 * The module closes a websocket that it has heard no ping of for 60 s (PingWaitDuration); its own client pings every 5 s
 * (PingWriteInterval), which costs the link five times as much.
 */
export const pingIntervalMs = 25 * second;

/** What is to be done at a look: the next one is due after `pingIntervalMs`. */
export type KeepAliveStep = "GiveUp" | "Ping" | "PingAndSync";

/**
 * A server that has said nothing since the last ping is away. Which connections live is told when nothing else has been said
 * but the answer to the ping, and only after they changed: a list that crosses a new connection would end it.
 */
export function keepAliveStep(
  { before, heard, isSynced }: {
    readonly before: number;
    readonly heard: number;
    readonly isSynced: boolean;
  },
): KeepAliveStep {
  if (heard === before) return "GiveUp";
  return !isSynced && heard === before + 1 ? "PingAndSync" : "Ping";
}
