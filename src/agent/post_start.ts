/** Runs the postStart hook of a container that was started, and ends the container when it fails. */
import type { Sandbox } from "../core/cri/types.ts";
import type { Container, Pod } from "../core/k8s.ts";
import { podIps } from "../core/pod/pod_ips.ts";
import type { Endings } from "./endings.ts";
import { retryDelayMs, StartFailure } from "./failure.ts";
import { type HookDeps, type HookedRun, runHook } from "./hooks.ts";
import { fieldPathOf } from "./events/pod_events.ts";

export interface PostStartDeps extends HookDeps {
  readonly endings: Endings;
  /** The node's own addresses. */
  readonly nodeIps: () => readonly string[];
}

export interface PostStartRequest {
  readonly pod: Pod;
  readonly container: Container;
  /** The container's ID in the runtime. */
  readonly id: string;
  readonly sandbox: Sandbox;
  readonly signal: AbortSignal;
}

/** Throws StartFailure with PostStartHookError. */
export async function runPostStart(request: PostStartRequest, deps: PostStartDeps): Promise<void> {
  const { pod, container, id, sandbox, signal } = request;
  const postStart = container.lifecycle?.postStart;
  if (postStart === undefined) return;
  const nodeIps = deps.nodeIps();
  const [podIp] = podIps({ spec: pod.spec, sandboxIps: sandbox.ips, nodeIps });
  const run = { subject: pod.metadata, container, id, podIp };
  const end = await runHook(postStart, run, deps, signal);
  if (end.ok) return;
  await endFailed(pod, run, deps, signal);
  const message = end.error;
  throw new StartFailure({ reason: "PostStartHookError", message, delayMs: retryDelayMs });
}

/** As any other that ends, with its preStop hook and the pod's grace period. */
async function endFailed(
  pod: Pod,
  run: HookedRun,
  deps: PostStartDeps,
  signal: AbortSignal,
): Promise<void> {
  const fieldPath = fieldPathOf(pod, run.container);
  const reason = "FailedPostStartHook";
  deps.events.warning(pod.metadata, { reason, message: "PostStartHook failed", fieldPath });
  const graceSeconds = pod.spec.terminationGracePeriodSeconds;
  await deps.endings.end({ ...run, fieldPath, message: reason, graceSeconds }, signal);
}
