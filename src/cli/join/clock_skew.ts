/** Compares this machine's clock with a server's. */
import { type Instant, minute, rfc3339 } from "../../core/instant.ts";

/** More than this, and certificates that were made just now may not be valid yet. */
const clockToleranceMs = 5 * minute;

/** Null where the clocks agree well enough. */
export function skewText(
  { own, server }: { readonly own: Instant; readonly server: Instant | null },
): string | null {
  if (server === null || Math.abs(own - server) <= clockToleranceMs) return null;
  return `this machine's clock shows ${rfc3339(own)}, the server's ${rfc3339(server)}: ` +
    "set it (timedatectl), or certificates will seem expired or not valid yet";
}
