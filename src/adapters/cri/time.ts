/** The wire's times as the agent's. */
import type { Instant } from "../../core/instant.ts";
import type { Timestamp } from "./gen/google/protobuf/timestamp.ts";

/** CRI counts nanoseconds; 0 ("not yet") stays 0. */
export function instantOf(nanoseconds: bigint): Instant {
  return Number(nanoseconds / 1_000_000n);
}

/** containerd's events carry seconds and the nanoseconds beyond them. */
export function instantOfTimestamp({ seconds, nanos }: Timestamp): Instant {
  return Number(seconds) * 1000 + Math.trunc(nanos / 1_000_000);
}
