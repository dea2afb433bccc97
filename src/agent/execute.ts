/** Turns each planned action into calls on the ports. */
import type { Sandbox } from "../core/cri/types.ts";
import { type Container, type Pod, withEphemeral } from "../core/k8s.ts";
import type { AgentMetrics } from "../core/metrics/agent_metrics.ts";
import { containerType } from "../core/metrics/container_type.ts";
import type { Action } from "../core/pod/action.ts";
import {
  forgetFailure,
  type PodMemory,
  rememberFailure,
  rememberSandbox,
  rememberSandboxFailure,
} from "../core/pod/memory.ts";
import type { Observed } from "../core/pod/observed.ts";
import { podLogDir } from "../core/pod/paths.ts";
import { nextAttempt } from "../core/pod/restart_count.ts";
import type { Clock } from "../ports/clock.ts";
import { NotFound, Unavailable } from "../ports/errors.ts";
import { StartFailure } from "./failure.ts";
import { stopContainers, stopSandbox } from "./kill.ts";
import type { EventSubject } from "./events/pod_events.ts";
import { releaseResources, type RemovalDeps, removeContainer, removePodFiles } from "./removal.ts";
import { runSandbox, type RunSandboxDeps } from "./run_sandbox.ts";
import { startContainer, type StartContainerDeps, startCreated } from "./start_container.ts";

export interface ExecuteDeps extends RunSandboxDeps, StartContainerDeps, RemovalDeps {
  readonly clock: Clock;
  readonly metrics: Pick<AgentMetrics, "pods">;
}

/** What an action is carried out for. */
export interface ExecuteContext {
  /** Null for a leftover whose manifest nobody knows; only ends are planned for it. */
  readonly pod: Pod | null;
  readonly subject: EventSubject;
  readonly seen: Observed;
  readonly memory: PodMemory;
  /** Aborts when the pod is deleted: what only serves its start is then given up. */
  readonly kill: AbortSignal;
  /** Aborts when containers that are being stopped are to be asked anew; the stop under way is then left to itself. */
  readonly hurry: AbortSignal;
}

/**
 * Carries out one action and gives the memory that follows. An expected failure to start becomes memory; what throws (the
 * runtime is away) ends the pass.
 */
export async function execute(
  action: Action,
  context: ExecuteContext,
  deps: ExecuteDeps,
): Promise<PodMemory> {
  const { memory } = context;
  switch (action.kind) {
    case "RunSandbox":
      return await sandboxStarted(context, deps, action.attempt);
    case "StartContainer":
      return await containerStarted(
        action.name,
        context,
        deps,
        async (pod, container) =>
          await startContainer({
            pod,
            container,
            attempt: await attemptOf(action, context, deps),
            sandbox: sandboxOf(context, action.sandboxId),
            failure: memory.containers[action.name]?.failure,
            runtimeHandler: memory.runtimeHandler,
            seen: context.seen,
            signal: context.kill,
          }, deps),
      );
    case "StartCreated":
      return await containerStarted(
        action.name,
        context,
        deps,
        (pod, container) =>
          startCreated({
            pod,
            container,
            id: action.id,
            sandbox: sandboxOf(context, sandboxIdOf(context, action.id)),
            signal: context.kill,
          }, deps),
      );
    case "StopContainers":
      await stopContainers(action, context, deps);
      return memory;
    case "StopSandbox":
      await sandboxStopped(action.id, context, deps);
      return memory;
    case "RemoveSandbox":
      await deps.runtime.removeSandbox(action.id);
      return memory;
    case "RemoveContainer":
      await removeContainer(action, context, deps);
      return memory;
    case "ReleaseResources":
      await releaseResources(context, deps);
      deps.volumes.forget(context.subject.uid);
      return memory;
    case "RemovePodFiles":
      await removePodFiles(context, deps);
      return memory;
  }
}

/** A sandbox that is dead, and that the runtime cannot clear away, keeps the pod from no new one. It has been told of. */
async function sandboxStopped(
  id: string,
  context: ExecuteContext,
  deps: ExecuteDeps,
): Promise<void> {
  const isDead = context.seen.sandboxes.find((each) => each.id === id)?.state === "NotReady";
  try {
    await stopSandbox(id, context, deps);
  } catch (err) {
    if (context.pod === null || !isDead || err instanceof Unavailable) throw err;
  }
}

async function sandboxStarted(
  { pod, memory, seen, kill }: ExecuteContext,
  deps: ExecuteDeps,
  attempt: number,
): Promise<PodMemory> {
  if (pod === null) return memory;
  if (seen.sandboxes.length > 0) {
    deps.events.normal(pod.metadata, {
      reason: "SandboxChanged",
      message: "Pod sandbox changed, it will be killed and re-created.",
    });
  }
  deps.metrics.pods.started.inc({});
  try {
    const { sandboxFailure: failure, runtimeHandler } = memory;
    const made = await runSandbox({ pod, attempt, failure, runtimeHandler, signal: kill }, deps);
    return rememberSandbox(memory, made);
  } catch (err) {
    if (!(err instanceof StartFailure)) throw err;
    deps.metrics.pods.startErrors.inc({});
    return rememberSandboxFailure(memory, err.at(deps.clock.now()));
  }
}

async function containerStarted(
  name: string,
  { pod, memory }: ExecuteContext,
  deps: ExecuteDeps,
  start: (pod: Pod, container: Container) => Promise<void>,
): Promise<PodMemory> {
  const container = pod && withEphemeral(pod.spec).find((candidate) => candidate.name === name);
  if (!pod || !container) return memory;
  const container_type = containerType(pod, container);
  deps.metrics.pods.startedContainers.inc({ container_type });
  try {
    await start(pod, container);
    return forgetFailure(memory, name);
  } catch (err) {
    if (!(err instanceof StartFailure)) throw err;
    deps.metrics.pods.startedContainerErrors.inc({ container_type, code: err.reason });
    return rememberFailure(memory, name, err.at(deps.clock.now()));
  }
}

/** What the runtime has forgotten (after a reboot, say) is counted on from the logs that are there. */
async function attemptOf(
  { name, attempt }: { readonly name: string; readonly attempt: number },
  { subject }: ExecuteContext,
  { files, node }: ExecuteDeps,
): Promise<number> {
  if (attempt > 0) return attempt;
  return nextAttempt(await files.list(`${podLogDir(node.paths, subject)}/${name}`));
}

function sandboxIdOf({ seen }: ExecuteContext, containerId: string): string {
  return seen.containers.find(({ id }) => id === containerId)?.sandboxId ?? "";
}

function sandboxOf({ seen }: ExecuteContext, id: string): Sandbox {
  const sandbox = seen.sandboxes.find((candidate) => candidate.id === id);
  if (sandbox === undefined) throw new NotFound(`sandbox ${id} is not among those seen`);
  return sandbox;
}
