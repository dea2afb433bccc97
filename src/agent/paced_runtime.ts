/**
 * A runtime that is asked for some sandboxes at a time. Of many pods that come at once the first are ready soon, and the last no
 * later than if all were begun together.
 */
import { second } from "../core/instant.ts";
import type { NodeSettings } from "../core/node/settings.ts";
import type { Clock } from "../ports/clock.ts";
import type { Runtime } from "../ports/runtime.ts";
import { createTurns } from "../ports/turns.ts";

/** Enough to keep every core busy; more of them would only be ready later. */
export function sandboxesAtOnce(
  { node }: { readonly node: Pick<NodeSettings, "cpuCapacityMilli"> },
): number {
  return Math.ceil(node.cpuCapacityMilli / 1_000) + 1;
}

/** How long a sandbox may hold others up: one that the network's plugins do not finish must not hold up the node. */
const longestTurnMs = 2 * second;

/** The runtime, with its `runSandbox` in turns, in the order of the pods' ranks. */
export function pacedRuntime(
  runtime: Runtime,
  { clock, sideBySide, rankOf }: {
    readonly clock: Clock;
    readonly sideBySide: number;
    /** Of a pod by its UID; the higher one goes first. */
    readonly rankOf: (podUid: string) => number;
  },
): Runtime {
  const turns = createTurns(sideBySide);
  const always = new AbortController().signal;
  return {
    ...runtime,
    async runSandbox(...request) {
      const rank = rankOf(request[0].metadata.uid);
      const end = onlyOnce(await turns.take(always, { rank }));
      const timer = clock.after(longestTurnMs, end);
      try {
        return await runtime.runSandbox(...request);
      } finally {
        timer.cancel();
        end();
      }
    },
  };
}

function onlyOnce(run: () => void): () => void {
  let isDone = false;
  return () => {
    if (!isDone) run();
    isDone = true;
  };
}
