/** Events as rows of a table, as `kubectl get events` shows them. */
import type { RecordedEvent } from "../core/event.ts";
import { humanDuration } from "../core/human_duration.ts";
import type { Instant } from "../core/instant.ts";
import type { Cell } from "./table.ts";

export const eventHeader = ["LAST SEEN", "NAMESPACE", "TYPE", "REASON", "OBJECT", "MESSAGE"];

/** One event as seen at `now`; repetitions as `kubectl describe` counts them: `5s (x4 over 2m)`. */
export function eventRow(event: RecordedEvent, now: Instant): readonly Cell[] {
  const { type, reason, namespace, name, message } = event;
  return [
    lastSeen(event, now),
    namespace,
    { text: type, color: type === "Warning" ? "yellow" : undefined },
    reason,
    `pod/${name}`,
    message.trim(),
  ];
}

function lastSeen({ count, firstSeen, lastSeen }: RecordedEvent, now: Instant): string {
  const last = humanDuration(now - lastSeen);
  return count > 1 ? `${last} (x${count} over ${humanDuration(now - firstSeen)})` : last;
}
