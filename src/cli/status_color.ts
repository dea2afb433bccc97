/** The colour of what `kubectl get pods` calls STATUS. */
import type { Color } from "./colors.ts";

/** On the way, or on the way out: nothing is wrong yet. */
const passing =
  /^(Pending|ContainerCreating|PodInitializing|Init:\d+\/\d+|Terminating|NotReady|Unknown)$/;

/** Green for pods that do or did their work, yellow for those on their way, red for all that somebody should look at. */
export function statusColor(status: string): Color {
  if (status === "Running" || status === "Completed" || status === "Succeeded") return "green";
  return passing.test(status) ? "yellow" : "red";
}
