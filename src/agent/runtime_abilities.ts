/** What not every runtime can do, asked for where a container needs it. */
import { asksForRecursiveReadOnly } from "../core/cri/mounts.ts";
import type { Container, Pod } from "../core/k8s.ts";
import { asksForStrictGroups } from "../core/pod/admission/supplemental_groups.ts";
import type { Runtime } from "../ports/runtime.ts";

/** What is not asked for counts as not there. */
export interface RuntimeAbilities {
  readonly recursiveReadOnly: boolean;
  readonly strictGroups: boolean;
}

/** `handler` is the one that runs the pod. Throws what the runtime port throws. */
export async function runtimeAbilities(
  { pod, container, handler }: {
    readonly pod: Pod;
    readonly container: Container;
    readonly handler: string;
  },
  runtime: Pick<Runtime, "status">,
): Promise<RuntimeAbilities> {
  if (!asksForRecursiveReadOnly(container) && !asksForStrictGroups(pod)) {
    return { recursiveReadOnly: false, strictGroups: false };
  }
  const { handlers, features } = await runtime.status();
  const own = handlers.find(({ name }) => name === handler);
  return {
    recursiveReadOnly: own?.recursiveReadOnlyMounts ?? false,
    strictGroups: features?.supplementalGroupsPolicy ?? false,
  };
}
