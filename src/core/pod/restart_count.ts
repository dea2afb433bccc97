/** How often a container was restarted, told by its logs when the runtime has forgotten it. */

/** `3.log` is that of the third restart, `3.log.20260101-000000.gz` a part of it that was rotated away. */
const ownLog = /^(\d+)\.log(?:\.|$)/;

/**
 * The number of the next run from the names in the container's log directory: a reboot may clear the runtime's memory, and
 * the run must not write over the logs of another.
 */
export function nextAttempt(logNames: readonly string[]): number {
  const attempts = logNames.flatMap((name) => {
    const attempt = ownLog.exec(name)?.[1];
    return attempt === undefined ? [] : [Number(attempt)];
  });
  return Math.max(-1, ...attempts) + 1;
}
