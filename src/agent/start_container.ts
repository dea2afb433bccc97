/** Starts one container in a sandbox: image, configuration, files, create, start, postStart hook. */
import { containerConfig } from "../core/cri/container_config.ts";
import { type SubPathBind, subPathBinds } from "../core/cri/mounts.ts";
import { sandboxConfig } from "../core/cri/sandbox_config.ts";
import type { ContainerConfig, Image, Sandbox } from "../core/cri/types.ts";
import type { Container, Pod } from "../core/k8s.ts";
import {
  asksForStrictGroups,
  strictGroupsUnsupported,
} from "../core/pod/admission/supplemental_groups.ts";
import { ephemeralTarget } from "../core/pod/ephemeral_target.ts";
import type { Observed } from "../core/pod/observed.ts";
import { unsupportedInEphemeral } from "../core/pod/unsupported.ts";
import { containerSteps, hostsSteps } from "../core/volume/pod_steps.ts";
import type { FileStep } from "../core/volume/step.ts";
import { messageOf, Unavailable } from "../ports/errors.ts";
import type { Log } from "../ports/log.ts";
import { type EnvironmentDeps, environmentOf } from "./objects/container_environment.ts";
import {
  ensureImage,
  type EnsureImageDeps,
  type EnsureImageRequest,
} from "./images/ensure_image.ts";
import { retryDelayMs, StartFailure } from "./failure.ts";
import { fieldPathOf } from "./events/pod_events.ts";
import { tellOfMissingPullSecrets } from "./images/pull_secrets.ts";
import { type PostStartDeps, runPostStart } from "./post_start.ts";
import { runtimeAbilities } from "./runtime_abilities.ts";

export interface StartContainerDeps extends EnsureImageDeps, EnvironmentDeps, PostStartDeps {
  readonly log: Log;
}

export interface StartContainerRequest extends EnsureImageRequest {
  /** From 0; the restart count that the container's status shows. */
  readonly attempt: number;
  readonly sandbox: Sandbox;
  /** The runtime's handler that made the sandbox; none for the default one. */
  readonly runtimeHandler: string | undefined;
  /** What the runtime has of the pod. */
  readonly seen: Observed;
}

/** Throws StartFailure with the kubelet's waiting reason, and Unavailable while the runtime is away. */
export async function startContainer(
  request: StartContainerRequest,
  deps: StartContainerDeps,
): Promise<void> {
  const config = await configure(request, deps);
  const id = await create(request, deps, config);
  await startCreated({ ...request, id }, deps);
}

async function configure(
  request: StartContainerRequest,
  deps: StartContainerDeps,
): Promise<ContainerConfig> {
  const { pod, container, attempt, sandbox } = request;
  const { node } = deps;
  const unsupported = unsupportedInEphemeral(pod, container);
  if (unsupported.length > 0) {
    const message = `The container uses what this agent does not support: ${
      unsupported.join(", ")
    }`;
    throw failed(request, deps, configError(message));
  }
  const image = await imageFor(request, deps);
  const podIps = sandbox.ips;
  const env = await environmentOf({ pod, container, sandboxIps: podIps }, deps);
  if (!env.ok) throw failed(request, deps, configError(env.error));
  const target = ephemeralTarget(pod.spec, { container, seen: request.seen });
  if (!target.ok) throw failed(request, deps, configError(target.error));
  const abilities = await runtimeAbilities(
    { pod, container, handler: request.runtimeHandler ?? "" },
    deps.runtime,
  );
  if (asksForStrictGroups(pod) && !abilities.strictGroups) {
    throw failed(request, deps, configError(strictGroupsUnsupported));
  }
  const input = {
    pod,
    container,
    attempt,
    node,
    image,
    podIps,
    env: env.value,
    recursiveReadOnly: abilities.recursiveReadOnly,
    targetId: target.value,
  };
  const config = containerConfig(input);
  if (!config.ok) throw failed(request, deps, config.error);
  const binds = subPathBinds({ ...input, paths: node.paths });
  if (!binds.ok) throw failed(request, deps, configError(binds.error));
  for (const bind of binds.value) await bindSubPath(bind, request, deps);
  const steps = [
    ...hostsSteps({ pod, node, podIps }),
    ...containerSteps({ pod, container, attempt, node }),
  ];
  await prepareFiles(request, deps, steps);
  return config.value;
}

async function imageFor(request: StartContainerRequest, deps: StartContainerDeps): Promise<Image> {
  try {
    return await ensureImage(request, deps);
  } catch (err) {
    if (err instanceof StartFailure) tell(request, deps, err.reason);
    if (err instanceof StartFailure && err.reason === "ErrImagePull") {
      await tellOfMissingPullSecrets(request.pod, deps);
    }
    throw err;
  }
}

function configError(message: string): { readonly reason: string; readonly message: string } {
  return { reason: "CreateContainerConfigError", message };
}

/** What exactly went wrong may tell of files that are none of the pod's: only the log has it. */
async function bindSubPath(
  { volume, volumePath, subPath, path }: SubPathBind,
  request: StartContainerRequest,
  deps: StartContainerDeps,
): Promise<void> {
  const steps = [
    [{ kind: "MakeSubPath", path: volumePath, subPath }, "create subPath directory"],
    [{ kind: "BindSubPath", path, volumePath, subPath }, "prepare subPath"],
  ] as const;
  for (const [step, what] of steps) {
    try {
      await deps.files.apply([step]);
    } catch (err) {
      const container = request.container.name;
      deps.log.warn("A part of a volume cannot be mounted", { volume, container, err });
      const message = `failed to ${what} for volumeMount "${volume}" of container "${container}"`;
      throw failed(request, deps, configError(message));
    }
  }
}

async function prepareFiles(
  request: StartContainerRequest,
  deps: StartContainerDeps,
  steps: readonly FileStep[],
): Promise<void> {
  try {
    await deps.files.apply(steps);
  } catch (err) {
    throw failed(request, deps, configError(messageOf(err)));
  }
}

async function create(
  request: StartContainerRequest,
  deps: StartContainerDeps,
  config: ContainerConfig,
): Promise<string> {
  const { pod, container, sandbox } = request;
  const settings = sandboxConfig({ pod, attempt: sandbox.metadata.attempt, node: deps.node });
  const id = await guarded(
    request,
    deps,
    "CreateContainerError",
    () => deps.runtime.createContainer({ sandboxId: sandbox.id, config, sandboxConfig: settings }),
  );
  deps.events.normal(pod.metadata, {
    reason: "Created",
    message: "Container created",
    fieldPath: fieldPathOf(pod, container),
  });
  return id;
}

/** Starts a container that exists. Resolves when its postStart hook has ended; who comes after it waits for that. */
export async function startCreated(
  request: About & {
    readonly id: string;
    readonly sandbox: Sandbox;
    /** Aborts when the pod is deleted: nobody waits for the hook any longer. */
    readonly signal: AbortSignal;
  },
  deps: PostStartDeps,
): Promise<void> {
  const { pod, container, id } = request;
  await guarded(request, deps, "RunContainerError", () => deps.runtime.startContainer(id));
  deps.events.normal(pod.metadata, {
    reason: "Started",
    message: "Container started",
    fieldPath: fieldPathOf(pod, container),
  });
  await runPostStart(request, deps);
}

interface About {
  readonly pod: Pod;
  readonly container: Container;
}

async function guarded<T>(
  about: About,
  deps: Pick<StartContainerDeps, "events">,
  reason: string,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (err) {
    if (err instanceof Unavailable) throw err;
    throw failed(about, deps, { reason, message: messageOf(err) });
  }
}

function failed(
  about: About,
  deps: Pick<StartContainerDeps, "events">,
  { reason, message }: { readonly reason: string; readonly message: string },
): StartFailure {
  tell(about, deps, message);
  return new StartFailure({ reason, message, delayMs: retryDelayMs });
}

function tell(
  { pod, container }: About,
  { events }: Pick<StartContainerDeps, "events">,
  error: string,
): void {
  const fieldPath = fieldPathOf(pod, container);
  events.warning(pod.metadata, { reason: "Failed", message: `Error: ${error}`, fieldPath });
}
