/** What every container runtime must do. */
import { containerCases } from "./runtime/container_cases.ts";
import { diskCases } from "./runtime/disk_cases.ts";
import { eventCases } from "./runtime/event_cases.ts";
import { execCases } from "./runtime/exec_cases.ts";
import { podOf } from "./runtime/pod.ts";
import { sandboxCases } from "./runtime/sandbox_cases.ts";
import { streamCases } from "./runtime/stream_cases.ts";
import type { RuntimeSubject } from "./runtime/subject.ts";

const cases = {
  ...sandboxCases,
  ...containerCases,
  ...execCases,
  ...streamCases,
  ...diskCases,
  ...eventCases,
};

/** One test with a step for each duty; each step has a pod of its own in the one runtime. */
export function runtimeSuite(name: string, open: () => Promise<RuntimeSubject>): void {
  Deno.test(name, async (t) => {
    await using subject = await open();
    let count = 0;
    for (const [what, body] of Object.entries(cases)) {
      await t.step(what, () => body(subject, podOf(subject, `pod-${++count}`)));
    }
  });
}
