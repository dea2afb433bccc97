/** Points in time as plain numbers, so that decisions about them stay pure. */

/** Milliseconds since 1970-01-01T00:00:00Z. */
export type Instant = number;

/** Seconds and minutes in the milliseconds that instants count. */
export const second = 1_000;
export const minute = 60 * second;

/** RFC 3339 in whole seconds, as the Kubernetes API writes times. */
export function rfc3339(at: Instant): string {
  return new Date(at).toISOString().replace(/\.\d+Z$/, "Z");
}

/** RFC 3339 in microseconds, as the Kubernetes API writes its MicroTime. */
export function rfc3339Micro(at: Instant): string {
  return new Date(at).toISOString().replace("Z", "000Z");
}
