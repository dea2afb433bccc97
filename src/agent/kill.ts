/** Ends containers and sandboxes, and tells of those that the runtime could not end. */
import { restoredContainer } from "../core/cri/restored_container.ts";
import { type Container, type Pod, withEphemeral } from "../core/k8s.ts";
import type { StopTarget } from "../core/pod/action.ts";
import { liveSandbox, type Observed } from "../core/pod/observed.ts";
import { podIps } from "../core/pod/pod_ips.ts";
import { messageOf, Unavailable } from "../ports/errors.ts";
import type { Runtime } from "../ports/runtime.ts";
import type { Ending, Endings } from "./endings.ts";
import type { HookedRun } from "./hooks.ts";
import { type EventSubject, fieldPathOf, type PodEvents } from "./events/pod_events.ts";
import { unlessAborted } from "../ports/unless_aborted.ts";

export interface KillDeps {
  readonly runtime: Runtime;
  readonly events: PodEvents;
  readonly endings: Endings;
  /** The node's own addresses. */
  readonly nodeIps: () => readonly string[];
}

/** What is ended is a part of. */
interface Whose {
  /** Null for a leftover whose manifest nobody knows. */
  readonly pod: Pod | null;
  readonly subject: EventSubject;
  readonly seen: Observed;
}

/**
 * Ends the targets side by side; those whose turn comes later hear of it. Throws when one could not be ended; the others are by
 * then. When `hurry` aborts it waits no longer: what it began is left to itself, for the containers are asked anew.
 */
export async function stopContainers(
  { targets, later, graceSeconds }: {
    readonly targets: readonly StopTarget[];
    readonly later: readonly StopTarget[];
    readonly graceSeconds: number;
  },
  { hurry, ...whose }: Whose & { readonly hurry: AbortSignal },
  deps: KillDeps,
): Promise<void> {
  const endingOf = (target: StopTarget): Ending => ({
    ...hookedRun(target, whose, deps),
    fieldPath: fieldPath(target, whose),
    message: target.message,
    graceSeconds,
  });
  const stops = targets.map((target) => deps.endings.end(endingOf(target), hurry));
  for (const target of later) deps.endings.begin(endingOf(target), hurry);
  const ends = await settled(stops, hurry);
  const failures = ends.flatMap((end, index): readonly Failure[] =>
    end.status === "fulfilled"
      ? []
      : [{ step: "KillContainer", of: targets[index]?.name ?? "", error: end.reason }]
  );
  throwAny(failures, whose.subject, deps.events);
}

/** Nothing where there is no more time to wait for them. */
async function settled(
  stops: readonly Promise<void>[],
  hurry: AbortSignal,
): Promise<readonly PromiseSettledResult<void>[]> {
  try {
    return await unlessAborted(Promise.allSettled(stops), hurry);
  } catch {
    return [];
  }
}

function hookedRun({ id, name }: StopTarget, whose: Whose, deps: KillDeps): HookedRun {
  const container = containerOf(whose, { id, name });
  return { subject: whose.subject, container, id, podIp: podIpOf(whose, deps) };
}

function fieldPath({ name }: StopTarget, { pod }: Whose): string {
  return pod === null ? `spec.containers{${name}}` : fieldPathOf(pod, { name });
}

/** Of a leftover as much as the container itself can tell. */
function containerOf(
  { pod, seen }: Whose,
  { id, name }: Pick<StopTarget, "id" | "name">,
): Container {
  const known = pod && withEphemeral(pod.spec).find((each) => each.name === name);
  const run = seen.containers.find((each) => each.id === id);
  return known ?? (run === undefined ? { name } : restoredContainer(run));
}

function podIpOf({ pod, seen }: Whose, { nodeIps }: KillDeps): string | undefined {
  const sandbox = liveSandbox(seen);
  const hostNetwork = pod === null ? sandbox?.network === "Node" : pod.spec.hostNetwork === true;
  return podIps({ spec: { hostNetwork }, sandboxIps: sandbox?.ips ?? [], nodeIps: nodeIps() })[0];
}

/** Stops a sandbox and with it all its containers; takes the pod's network down. */
export async function stopSandbox(
  id: string,
  { subject }: Pick<Whose, "subject">,
  { runtime, events }: Pick<KillDeps, "runtime" | "events">,
): Promise<void> {
  try {
    await runtime.stopSandbox(id);
  } catch (error) {
    throwAny([{ step: "KillPodSandbox", of: subject.uid, error }], subject, events);
  }
}

interface Failure {
  readonly step: "KillContainer" | "KillPodSandbox";
  readonly of: string;
  readonly error: unknown;
}

/** A runtime that is away is nothing that the pod's owner need hear of. */
function throwAny(failures: readonly Failure[], subject: EventSubject, events: PodEvents): void {
  const [first] = failures;
  if (first === undefined) return;
  const away = failures.find(({ error }) => error instanceof Unavailable);
  if (away !== undefined) throw away.error;
  const texts = failures.map(textOf);
  const text = texts.length === 1 ? texts[0] : `[${texts.join(", ")}]`;
  events.warning(subject, { reason: "FailedKillPod", message: `error killing pod: ${text}` });
  throw first.error;
}

function textOf({ step, of, error }: Failure): string {
  return `failed to "${step}" for "${of}" with ${step}Error: ${JSON.stringify(messageOf(error))}`;
}
