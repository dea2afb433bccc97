/** Waiting for a signal ends, whenever it was given. */
import { aborted } from "./aborted.ts";

Deno.test("a signal that was given before is not waited for", () => aborted(AbortSignal.abort()));

Deno.test("a signal that is given later ends the wait", async () => {
  const controller = new AbortController();
  const waiting = aborted(controller.signal);
  controller.abort();
  await waiting;
});
