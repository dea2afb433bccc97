/** What a scenario of the comparison is: objects, then steps that each do something and wait for what follows. */
import type { K8sContainerStatus, Pod } from "../../src/core/k8s.ts";
import { IMAGES } from "../lab/images.ts";

/** Fields of an object, in the form in which manifests have them. */
export type Fields = Readonly<Record<string, unknown>>;

/** One pod run in the same way on both nodes. */
export interface Scenario {
  /** Lower case and dashes; also a part of the namespace's name. */
  readonly name: string;
  /** Objects that are there before anything else, without a namespace. */
  readonly objects?: readonly Fields[];
  readonly steps: readonly Step[];
  /** Why Skerry means to be different here; such a scenario counts as different all the same. */
  readonly difference?: string;
}

/** Done one after another; the next one begins when the condition holds. */
export interface Step {
  readonly act: Act;
  readonly until: Condition;
}

export type Act =
  /** A pod goes straight to the node unless it is for the scheduler. */
  | { readonly kind: "Create"; readonly object: Fields }
  | { readonly kind: "Delete"; readonly pod: string; readonly graceSeconds?: number }
  /** A strategic merge patch; of the status where it says so. */
  | {
    readonly kind: "Patch";
    readonly pod: string;
    readonly patch: Fields;
    readonly subresource?: "status";
  }
  | { readonly kind: "Wait"; readonly ms: number };

/** What the cluster shows of a scenario at one moment. */
export interface View {
  /** Those that are there. */
  readonly pods: readonly Pod[];
  /** Reasons of the events so far, once for each time they were counted. */
  readonly reasons: readonly string[];
}

/** What a step waits for, and how it is called when that does not come. */
export interface Condition {
  readonly what: string;
  readonly holds: (view: View) => boolean;
}

/** Goes on until it is told to end, and then ends at once with exit code 0. */
export const FOREVER = "trap 'exit 0' TERM; while :; do sleep 0.2 & wait $!; done";
/** Hears no signal but the last one. */
export const DEAF = "trap '' TERM; while :; do sleep 1; done";

/** For short-lived pods with limits: whether the kubelet still finds their cgroup is chance. */
export const LIMITS_STAY =
  "the limits of the pod as a whole stay in its last status; the kubelet drops them when it looks after the pod's cgroup has gone";

/** Fails on its first two runs, as a file in `/data` counts them, and then goes on forever. */
export const FAILS_TWICE =
  `echo x >>/data/runs; [ $(wc -l </data/runs) -lt 3 ] && exit 4; ${FOREVER}`;

/** A container that runs a shell script. */
export function container(name: string, script: string, fields: Fields = {}): Fields {
  return { name, image: IMAGES.busybox, command: ["sh", "-c", script], ...fields };
}

/** A pod whose spec is given; its grace period is 2 seconds unless the spec says otherwise. */
export function pod(spec: Fields, metadata: Fields = {}): Fields {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "pod", ...metadata },
    spec: {
      terminationGracePeriodSeconds: 2,
      automountServiceAccountToken: false,
      ...spec,
    },
  };
}

/** A pod of one container `main`. */
export function single(script: string, fields: Fields = {}, spec: Fields = {}): Fields {
  return pod({ containers: [container("main", script, fields)], ...spec });
}

export function configMap(name: string, data: Fields): Fields {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name }, data };
}

export function secret(name: string, stringData: Fields): Fields {
  return { apiVersion: "v1", kind: "Secret", metadata: { name }, stringData };
}

/** The pod is created and shall come to be so. */
export function created(object: Fields, until: Condition): Step {
  return { act: { kind: "Create", object }, until };
}

/** The pod is deleted and shall be gone. */
export function deleted({ graceSeconds }: { readonly graceSeconds?: number } = {}): Step {
  const grace = graceSeconds === undefined ? {} : { graceSeconds };
  return { act: { kind: "Delete", pod: "pod", ...grace }, until: gone };
}

/** Nothing is done for a time in which nothing, or more of the same, shall happen. */
export function stays(ms: number): Step {
  return { act: { kind: "Wait", ms }, until: { what: "time is over", holds: () => true } };
}

function isPod(what: string, holds: (pod: Pod) => boolean): Condition {
  return {
    what,
    holds: ({ pods }) => {
      const found = pods.find(({ metadata }) => metadata.name === "pod");
      return found !== undefined && holds(found);
    },
  };
}

export const gone: Condition = { what: "the pod is gone", holds: ({ pods }) => pods.length === 0 };

export function phase(expected: "Pending" | "Running" | "Succeeded" | "Failed"): Condition {
  return isPod(`the pod is ${expected}`, ({ status }) => status?.phase === expected);
}

export const ready: Condition = isPod(
  "the pod is ready",
  ({ status }) =>
    status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True") ?? false,
);

/** What the container `name` shall show; everything that is given must hold. */
export function shows(
  name: string,
  { restarts = 0, ...expected }: {
    readonly waiting?: string;
    readonly running?: boolean;
    readonly ready?: boolean;
    readonly exitCode?: number;
    /** At least so many. */
    readonly restarts?: number;
  },
): Condition {
  return isPod(`container ${name} shows ${JSON.stringify({ restarts, ...expected })}`, (pod) => {
    const status = containerStatus(pod, name);
    const { state = {}, restartCount = 0 } = status ?? {};
    return status !== undefined && restartCount >= restarts &&
      (expected.waiting === undefined || state.waiting?.reason === expected.waiting) &&
      (expected.running === undefined || (state.running !== undefined) === expected.running) &&
      (expected.ready === undefined || status.ready === expected.ready) &&
      (expected.exitCode === undefined || state.terminated?.exitCode === expected.exitCode);
  });
}

function containerStatus(pod: Pod, name: string): K8sContainerStatus | undefined {
  const { initContainerStatuses = [], containerStatuses = [] } = pod.status ?? {};
  return [...initContainerStatuses, ...containerStatuses].find((each) => each.name === name);
}

/** An event of that reason was seen, at least so many times. */
export function told(reason: string, times = 1): Condition {
  return {
    what: `an event ${reason} was seen ${times} times`,
    holds: ({ reasons }) => reasons.filter((each) => each === reason).length >= times,
  };
}

/** All of these hold at once. */
export function all(...conditions: readonly Condition[]): Condition {
  return {
    what: conditions.map(({ what }) => what).join(" and "),
    holds: (view) => conditions.every(({ holds }) => holds(view)),
  };
}
