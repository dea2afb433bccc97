/** Events as they happen, one JSON object a line. */
import type { ControlFunctions } from "./control_api.ts";

/** Those kept first, then each new one; ends when the signal aborts. */
export async function* eventLines(
  { functions, after, signal }: {
    readonly functions: Pick<ControlFunctions, "events" | "nextEvent">;
    readonly after: number;
    readonly signal: AbortSignal;
  },
): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  let last = after;
  while (!signal.aborted) {
    const events = functions.events(last);
    last = events.at(-1)?.sequence ?? last;
    if (events.length > 0) {
      yield encoder.encode(events.map((event) => `${JSON.stringify(event)}\n`).join(""));
    }
    await functions.nextEvent(last, signal);
  }
}
