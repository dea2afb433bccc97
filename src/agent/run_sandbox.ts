/** Makes a pod's sandbox: cgroup, directories, volumes, then the runtime's part. */
import { podDns } from "../core/cri/dns.ts";
import { kernelHostname } from "../core/cri/hostname.ts";
import { sandboxConfig } from "../core/cri/sandbox_config.ts";
import type { Pod } from "../core/k8s.ts";
import type { NodeSettings } from "../core/node/settings.ts";
import { podCgroup } from "../core/node/pod_cgroup.ts";
import { nextDelay, volumeBackoff } from "../core/pod/backoff.ts";
import type { Failure } from "../core/pod/memory.ts";
import { podSteps } from "../core/volume/pod_steps.ts";
import type { Cgroups } from "../ports/cgroups.ts";
import { messageOf, Unavailable } from "../ports/errors.ts";
import type { Files } from "../ports/files.ts";
import type { Runtime } from "../ports/runtime.ts";
import { retryDelayMs, StartFailure } from "./failure.ts";
import type { PodEvents } from "./events/pod_events.ts";
import type { PodVolumes } from "./objects/pod_volumes.ts";
import type { RuntimeClasses } from "./objects/runtime_classes.ts";

export interface RunSandboxDeps {
  readonly runtime: Runtime;
  readonly files: Files;
  readonly cgroups: Cgroups;
  readonly events: PodEvents;
  readonly node: NodeSettings;
  readonly volumes: PodVolumes;
  readonly runtimeClasses: RuntimeClasses;
}

export interface RunSandboxRequest {
  readonly pod: Pod;
  readonly attempt: number;
  /** The last failure to make one: volumes back off from it. */
  readonly failure: Failure | undefined;
  /** Aborts when nobody needs the sandbox any more. */
  readonly signal: AbortSignal;
  /** The runtime's handler, where it is known from an earlier sandbox. */
  readonly runtimeHandler: string | undefined;
}

/**
 * Gives the runtime's handler that it was made by. Throws StartFailure for what the pod or the node lacks, and Unavailable
 * while the runtime is away.
 */
export async function runSandbox(
  request: RunSandboxRequest,
  deps: RunSandboxDeps,
): Promise<{ readonly handler: string }> {
  const { pod, attempt, runtimeHandler } = request;
  // By its directory a pod is known as ours: what is made before that would stay if the agent ended in between.
  await prepareDirectories(pod, deps);
  await prepareCgroup(pod, deps);
  await prepareVolumes(request, deps);
  warnOfDns(pod, deps);
  const hostname = kernelHostname({ pod, node: deps.node });
  if (!hostname.ok) throw notCreated(pod, deps, hostname.error);
  const handler = await handlerOf(pod, runtimeHandler, deps);
  try {
    await deps.runtime.runSandbox(sandboxConfig({ pod, attempt, node: deps.node }), { handler });
    return { handler };
  } catch (err) {
    if (err instanceof Unavailable) throw err;
    throw notCreated(pod, deps, messageOf(err));
  }
}

async function handlerOf(
  pod: Pod,
  remembered: string | undefined,
  deps: RunSandboxDeps,
): Promise<string> {
  try {
    return await deps.runtimeClasses.handlerOf(pod, remembered);
  } catch (err) {
    throw notCreated(pod, deps, messageOf(err));
  }
}

function notCreated(pod: Pod, deps: RunSandboxDeps, why: string): StartFailure {
  return failed(pod, deps, {
    reason: "FailedCreatePodSandBox",
    message: `Failed to create pod sandbox: ${why}`,
  });
}

async function prepareCgroup(pod: Pod, deps: RunSandboxDeps): Promise<void> {
  const spec = podCgroup({ pod, node: deps.node });
  if (spec === null) return;
  try {
    await deps.cgroups.ensure(spec);
  } catch (err) {
    throw failed(pod, deps, {
      reason: "FailedCreatePodContainer",
      message: `unable to ensure pod container exists: ${messageOf(err)}`,
    });
  }
}

async function prepareDirectories(pod: Pod, deps: RunSandboxDeps): Promise<void> {
  try {
    await deps.files.apply(podSteps({ pod, node: deps.node }));
  } catch (err) {
    throw failed(pod, deps, {
      reason: "Failed",
      message: `error making pod data directories: ${messageOf(err)}`,
    });
  }
}

/** The kubelet tries again soon, and then less and less often. */
async function prepareVolumes(
  { pod, failure, signal }: RunSandboxRequest,
  { volumes }: RunSandboxDeps,
): Promise<void> {
  const message = await volumes.setUp(pod, signal);
  if (message === null) return;
  const before = failure?.reason === "FailedMount" ? failure.delayMs || undefined : undefined;
  throw new StartFailure({
    reason: "FailedMount",
    message,
    delayMs: nextDelay(before, volumeBackoff),
  });
}

function warnOfDns(pod: Pod, deps: RunSandboxDeps): void {
  for (const warning of podDns({ pod, node: deps.node }).warnings) {
    deps.events.warning(pod.metadata, warning);
  }
}

function failed(
  pod: Pod,
  { events }: RunSandboxDeps,
  what: { readonly reason: string; readonly message: string },
): StartFailure {
  events.warning(pod.metadata, what);
  return new StartFailure({ ...what, delayMs: retryDelayMs });
}
