/** The pods of which something runs, as the runtime tells it. @see pkg/kubelet/container/runtime.go, ToAPIPod */
import type { ContainerRecord, Sandbox } from "../cri/types.ts";

/** A pod as far as the runtime knows it. */
export interface RunningPod {
  readonly metadata: { readonly name: string; readonly namespace: string; readonly uid: string };
  readonly spec: { readonly containers: readonly RunningContainer[] };
  readonly status: Readonly<Record<never, never>>;
}

export interface RunningContainer {
  readonly name: string;
  readonly image: string;
  readonly resources: Readonly<Record<never, never>>;
}

/** Sandboxes that are ready, with those of the containers that run. */
export function runningPods(
  { sandboxes, containers }: {
    readonly sandboxes: readonly Sandbox[];
    readonly containers: readonly Pick<ContainerRecord, "sandboxId" | "name" | "image">[];
  },
): readonly RunningPod[] {
  return sandboxes.flatMap(({ id, state, metadata: { name, namespace, uid } }) => {
    const own = containers.filter(({ sandboxId }) => sandboxId === id);
    if (state !== "Ready" && own.length === 0) return [];
    const spec = {
      containers: own.map((each) => ({ name: each.name, image: each.image, resources: {} })),
    };
    return [{ metadata: { name, namespace, uid }, spec, status: {} }];
  });
}
