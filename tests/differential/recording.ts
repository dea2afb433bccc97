/** What a watch saw of one scenario on one node, in a form that can be compared. */
import type { K8sContainerStatus, Pod } from "../../src/core/k8s.ts";
import { type Names, normalise, normaliseText } from "./normalise.ts";

/** An event as the API server has it. */
export interface ApiEvent {
  readonly metadata: { readonly uid: string };
  readonly type?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly count?: number;
  readonly source?: { readonly component?: string };
  readonly reportingComponent?: string;
  readonly involvedObject?: {
    readonly kind?: string;
    readonly namespace?: string;
    readonly name?: string;
    readonly fieldPath?: string;
  };
}

/** Plain data, ready to be compared. */
export interface Recording {
  /** By pod: its last status. */
  readonly last: Readonly<Record<string, unknown>>;
  /** By `POD/CONTAINER`: the states passed through, without repetitions. Brief runs are marked, whether they were seen or not. */
  readonly states: Readonly<Record<string, readonly string[]>>;
  /** Each once, in alphabetical order. */
  readonly events: readonly string[];
}

/** The pods in the order in which the watch showed them, and the events. */
export interface Seen {
  readonly pods: readonly Pod[];
  readonly events: readonly ApiEvent[];
}

export function recording({ pods, events }: Seen, names: Names): Recording {
  const last = new Map<string, unknown>();
  const states = new Map<string, string[]>();
  for (const pod of pods) {
    last.set(pod.metadata.name, normalise(pod.status ?? {}, names));
    for (const status of statusesOf(pod)) {
      const key = `${pod.metadata.name}/${status.name}`;
      states.set(key, passOn(states.get(key) ?? [], status));
    }
  }
  const lines = events.filter(isTheNodes).map((event) => eventLine(event, names));
  return {
    last: Object.fromEntries(last),
    states: Object.fromEntries(states),
    events: [...new Set(lines)].toSorted(),
  };
}

/** The kubelet itself shows or leaves out what lasts no longer than its writes take. */
function passOn(passed: readonly string[], status: K8sContainerStatus): string[] {
  const word = stateWord(status);
  const before = passed.at(-1);
  if (before === word) return [...passed];
  const running = `#${status.restartCount} running`;
  const ran = before === running || wasBrief(status);
  const isFirst = passed.length === 1 && before !== undefined && FIRST_WORDS.includes(before);
  const kept = isFirst || before === running ? passed.slice(0, -1) : passed;
  const run = wasBrief(status) ? `${running}${BRIEFLY}` : running;
  return [...kept, ...(ran ? [run] : []), word];
}

/** Follows upon a run that may have ended before anybody saw it. */
export const BRIEFLY = " briefly";

/** What a container shows that waits for its first start. */
const FIRST_WORDS: readonly string[] = [
  "#0 waiting ContainerCreating",
  "#0 waiting PodInitializing",
];

const BRIEF_MS = 1_000;

/** Times are in whole seconds. */
function wasBrief({ state }: K8sContainerStatus): boolean {
  const { startedAt, finishedAt } = state?.terminated ?? {};
  if (startedAt === undefined || finishedAt === undefined) return false;
  return Date.parse(finishedAt) - Date.parse(startedAt) <= BRIEF_MS;
}

function statusesOf({ status }: Pod): readonly K8sContainerStatus[] {
  return [...status?.initContainerStatuses ?? [], ...status?.containerStatuses ?? []];
}

/** Such as `#1 waiting CrashLoopBackOff`: the number is that of restarts. */
function stateWord({ state = {}, restartCount }: K8sContainerStatus): string {
  const { waiting, terminated } = state;
  if (waiting !== undefined) return `#${restartCount} waiting ${waiting.reason}`;
  if (terminated === undefined) return `#${restartCount} running`;
  return `#${restartCount} terminated ${terminated.reason} ${terminated.exitCode}`;
}

/** The scheduler and the controllers tell of pods as well. */
function isTheNodes({ source, reportingComponent }: ApiEvent): boolean {
  return [source?.component, reportingComponent].includes("kubelet");
}

function eventLine({ type, reason, message, involvedObject }: ApiEvent, names: Names): string {
  const { name, fieldPath } = involvedObject ?? {};
  const about = [name, fieldPath].filter((part) => part).join(" ");
  return `${type} ${reason} ${about}: ${normaliseText(message ?? "", names)}`;
}
