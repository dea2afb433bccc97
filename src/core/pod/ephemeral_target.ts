/** Whose processes an ephemeral container sees. */
import type { Container, PodSpec } from "../k8s.ts";
import { failure, type Result, success } from "../result.ts";
import { latestRun, type Observed } from "./observed.ts";

/**
 * The runtime's id of the container that `targetContainerName` names, whatever has become of it; undefined for a container that
 * names none. Fails in the kubelet's words.
 * @see https://kubernetes.io/docs/tasks/debug/debug-application/debug-running-pod/#ephemeral-container
 */
export function ephemeralTarget(
  { ephemeralContainers = [] }: Pick<PodSpec, "ephemeralContainers">,
  { container, seen }: { readonly container: Pick<Container, "name">; readonly seen: Observed },
): Result<string | undefined> {
  const target = ephemeralContainers.find(({ name }) => name === container.name)
    ?.targetContainerName;
  if (!target) return success(undefined);
  const run = latestRun(seen, target);
  return run === undefined ? failure(`unable to find target container ${target}`) : success(run.id);
}
