/** A pod of its own for each case. */
import { label } from "../../../src/core/cri/labels.ts";
import type { ContainerConfig, SandboxConfig } from "../../../src/core/cri/types.ts";
import type { Behaviour, RuntimeSubject } from "./subject.ts";

/** A pod and its containers as the runtime is told of them. */
export interface Pod {
  readonly name: string;
  readonly sandbox: SandboxConfig;
  readonly filter: { readonly podUid: string };
  config(name: string, behaviour: Behaviour): ContainerConfig;
  create(name: string, behaviour: Behaviour, sandboxId: string): Promise<string>;
  /** Makes the sandbox too. */
  start(name: string, behaviour: Behaviour): Promise<string>;
}

const namespaces = { network: "Pod", pid: "Container", ipc: "Pod" } as const;
const seccomp = { type: "RuntimeDefault" } as const;
const memoryLimitBytes = 32 * 1024 * 1024;

export function podOf(subject: RuntimeSubject, name: string): Pod {
  const { runtime } = subject;
  const podUid = `uid-${name}`;
  const sandbox: SandboxConfig = {
    metadata: { name, namespace: "default", uid: podUid, attempt: 0 },
    hostname: name,
    logDirectory: `${subject.logRoot}/${name}`,
    portMappings: [],
    labels: { [label.podUid]: podUid, app: "suite" },
    annotations: { note: 'two\n"lines"' },
    cgroupParent: `${subject.cgroupParent}/${name}`,
    security: { namespaces, seccomp },
    sysctls: {},
    resources: {},
  };
  const config = (container: string, behaviour: Behaviour): ContainerConfig => ({
    metadata: { name: container, attempt: 0 },
    image: subject.image,
    userSpecifiedImage: subject.image,
    command: subject.command(`${name}/${container}`, behaviour),
    args: [],
    workingDir: "",
    env: [],
    mounts: [],
    labels: { [label.podUid]: podUid, [label.containerName]: container },
    annotations: { "io.kubernetes.container.hash": "abc" },
    logPath: `${container}/0.log`,
    stdin: false,
    stdinOnce: false,
    tty: false,
    resources: { memoryLimitBytes },
    security: { namespaces, seccomp, maskedPaths: [], readonlyPaths: [] },
  });
  const create: Pod["create"] = (container, behaviour, sandboxId) =>
    runtime.createContainer({
      sandboxId,
      config: config(container, behaviour),
      sandboxConfig: sandbox,
    });
  return {
    name,
    sandbox,
    filter: { podUid },
    config,
    create,
    async start(container, behaviour) {
      const id = await create(container, behaviour, await runtime.runSandbox(sandbox));
      await runtime.startContainer(id);
      if (behaviour.kind === "runs") {
        await subject.untilReady(`${sandbox.logDirectory}/${container}/0.log`);
      }
      return id;
    },
  };
}

/** One duty of a runtime. */
export type Case = (subject: RuntimeSubject, pod: Pod) => Promise<void>;
