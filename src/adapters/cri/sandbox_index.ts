/** Remembers which container belongs to which sandbox: CRI's ContainerStatus does not say. */

/** A container never changes its sandbox, so what was once learned stays true. */
export interface SandboxIndex {
  learn(container: { readonly id: string; readonly sandboxId: string }): void;
  sandboxOf(containerId: string): string | undefined;
  forgetContainer(id: string): void;
  /** Forgets the sandbox's containers, which are removed with it. */
  forgetSandbox(id: string): void;
}

export function createSandboxIndex(): SandboxIndex {
  const sandboxes = new Map<string, string>();
  return {
    learn: ({ id, sandboxId }) => void sandboxes.set(id, sandboxId),
    sandboxOf: (containerId) => sandboxes.get(containerId),
    forgetContainer: (id) => void sandboxes.delete(id),
    forgetSandbox(id) {
      for (const [container, sandbox] of sandboxes) if (sandbox === id) sandboxes.delete(container);
    },
  };
}
