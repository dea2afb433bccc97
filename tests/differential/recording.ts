/** What a watch saw of one scenario on one node, in a form that can be compared. */
import type { K8sContainerStatus, Pod } from "../../src/core/k8s.ts";
import { type Names, normalise, normaliseText } from "./normalise.ts";

/** An event as the API server has it. */
export interface ApiEvent {
  readonly metadata?: { readonly uid?: string };
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
  /** By `POD/CONTAINER`: the states passed through, without repetitions. */
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
      const passed = states.get(key) ?? [];
      const word = stateWord(status);
      if (passed.at(-1) !== word) states.set(key, [...passed, word]);
    }
  }
  const lines = events.filter(isTheNodes).map((event) => eventLine(event, names));
  return {
    last: Object.fromEntries(last),
    states: Object.fromEntries([...states].map(([key, passed]) => [key, certain(passed)])),
    events: [...new Set(lines)].toSorted(),
  };
}

/**
 * Without what depends on chance, for the kubelet as well: whether it told of a pod before its first container ran, and
 * whether a container that ended at once was seen running.
 */
function certain(passed: readonly string[]): readonly string[] {
  const told = passed.filter((word, index) =>
    !(word === `${numberOf(word)} running` &&
      passed[index + 1]?.startsWith(`${numberOf(word)} terminated`))
  );
  const isFirstWait = /^#0 waiting (ContainerCreating|PodInitializing)$/.test(told[0] ?? "");
  return isFirstWait && told.length > 1 ? told.slice(1) : told;
}

function numberOf(word: string): string {
  return word.split(" ")[0] ?? "";
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
