/** Ends containers and sandboxes, and tells of those that the runtime could not end. */
import type { Pod } from "../core/k8s.ts";
import type { StopTarget } from "../core/pod/action.ts";
import { aborted } from "../ports/aborted.ts";
import { messageOf, Unavailable } from "../ports/errors.ts";
import type { Runtime } from "../ports/runtime.ts";
import { type EventSubject, fieldPathOf, type PodEvents } from "./pod_events.ts";

export interface KillDeps {
  readonly runtime: Runtime;
  readonly events: PodEvents;
}

/** What is ended is a part of. */
interface Whose {
  /** Null for a leftover whose manifest nobody knows. */
  readonly pod: Pod | null;
  readonly subject: EventSubject;
}

/**
 * Ends containers side by side. Throws when one could not be ended; the others are by then. When `hurry` aborts it waits no
 * longer: what it began is left to itself, for the containers are asked anew.
 */
export async function stopContainers(
  { targets, graceSeconds }: {
    readonly targets: readonly StopTarget[];
    readonly graceSeconds: number;
  },
  { pod, subject, hurry }: Whose & { readonly hurry: AbortSignal },
  { runtime, events }: KillDeps,
): Promise<void> {
  const stops = Promise.allSettled(targets.map(({ id, name, message }) => {
    const fieldPath = pod === null ? `spec.containers{${name}}` : fieldPathOf(pod, { name });
    events.normal(subject, { reason: "Killing", message, fieldPath });
    return runtime.stopContainer(id, { graceSeconds });
  }));
  const ends = await Promise.race([stops, aborted(hurry).then(() => [])]);
  const failures = ends.flatMap((end, index): readonly Failure[] =>
    end.status === "fulfilled"
      ? []
      : [{ step: "KillContainer", of: targets[index]?.name ?? "", error: end.reason }]
  );
  throwAny(failures, subject, events);
}

/** Stops a sandbox and with it all its containers; takes the pod's network down. */
export async function stopSandbox(
  id: string,
  { subject }: Pick<Whose, "subject">,
  { runtime, events }: KillDeps,
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
