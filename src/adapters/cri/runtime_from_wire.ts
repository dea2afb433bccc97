/** The runtime's own status as CRI tells of it, in the agent's words. */
import type { RuntimeStatus } from "../../core/cri/types.ts";
import type { StatusResponse } from "./gen/runtime/v1/runtime.ts";

export function runtimeStatus(
  { status, runtimeHandlers, features }: StatusResponse,
): RuntimeStatus {
  return {
    conditions: status?.conditions ?? [],
    handlers: runtimeHandlers.map(({ name, features }) => ({
      name,
      recursiveReadOnlyMounts: features?.recursiveReadOnlyMounts ?? false,
      userNamespaces: features?.userNamespaces ?? false,
    })),
    features: features === undefined
      ? null
      : { supplementalGroupsPolicy: features.supplementalGroupsPolicy },
  };
}
