/** Containers whose start the runtime gave up because who had asked for it was gone. */
import type { ContainerRecord } from "../cri/types.ts";
import type { PodMemory } from "./memory.ts";
import { latestRun, type Observed } from "./observed.ts";

/**
 * The agent dies while it waits for a start: containerd breaks off what nobody waits for, and shows the container as one that could
 * not be started. To its pod it has never run: it is no failure of its own, and not what a restart policy speaks of. It is told
 * from one that failed by itself by the memory, where that failure would be.
 */
export function setCutOffAside(seen: Observed, memory: PodMemory): Observed {
  const cutOff = seen.containers.filter((run) =>
    run === latestRun(seen, run.name) && isCutOff(run, memory)
  );
  if (cutOff.length === 0) return seen;
  return { ...seen, containers: seen.containers.filter((run) => !cutOff.includes(run)), cutOff };
}

/** Another failure may be remembered: that the next agent could not start what was just being broken off. */
function isCutOff({ name, state, reason, message }: ContainerRecord, memory: PodMemory): boolean {
  if (state !== "Exited" || reason !== "StartError") return false;
  return memory.containers[name]?.failure?.message.includes(message) !== true;
}
