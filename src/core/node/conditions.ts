/** A Node's conditions, in the kubelet's words. @see https://kubernetes.io/docs/reference/node/node-status/#condition */
import { type Instant, rfc3339 } from "../instant.ts";
import type { NodeCondition } from "./node_object.ts";
import { type Pressure, pressures } from "./pressure.ts";

export interface ConditionsInput {
  /** As the API server has them; other controllers' are among them. */
  readonly previous: readonly NodeCondition[];
  /** As they were computed last, though the API server may not have been told. */
  readonly computed: readonly NodeCondition[];
  readonly pressures: readonly Pressure[];
  /** What keeps the node from running pods; none: it is ready. */
  readonly problems: readonly string[];
  /** What this node tells besides what a kubelet does. */
  readonly own?: readonly OwnCondition[];
  readonly now: Instant;
}

/** A condition that no kubelet has; its type begins with `skerry.dev/`. */
export interface OwnCondition {
  readonly type: string;
  /** Null: there is nothing to tell, and nothing is said unless it was before. */
  readonly said: Said | null;
}

/** What a condition says, without its times. */
export type Said = Pick<NodeCondition, "status" | "reason" | "message">;

/** The previous ones with this node's brought up to date; new ones come last, Ready last of all. */
export function nodeConditions(input: ConditionsInput): readonly NodeCondition[] {
  const { previous } = input;
  const own = [
    ...pressures.map((type) => pressureCondition(type, input)),
    ...(input.own ?? []).flatMap((each) => ownCondition(each, input)),
    readyCondition(input),
  ];
  const others = previous.map((each) => own.find(({ type }) => type === each.type) ?? each);
  return [...others, ...own.filter(({ type }) => !previous.some((each) => each.type === type))];
}

const words: Readonly<Record<Pressure, { readonly good: Said; readonly bad: Said }>> = {
  MemoryPressure: {
    good: {
      status: "False",
      reason: "KubeletHasSufficientMemory",
      message: "kubelet has sufficient memory available",
    },
    bad: {
      status: "True",
      reason: "KubeletHasInsufficientMemory",
      message: "kubelet has insufficient memory available",
    },
  },
  DiskPressure: {
    good: {
      status: "False",
      reason: "KubeletHasNoDiskPressure",
      message: "kubelet has no disk pressure",
    },
    bad: {
      status: "True",
      reason: "KubeletHasDiskPressure",
      message: "kubelet has disk pressure",
    },
  },
  PIDPressure: {
    good: {
      status: "False",
      reason: "KubeletHasSufficientPID",
      message: "kubelet has sufficient PID available",
    },
    bad: {
      status: "True",
      reason: "KubeletHasInsufficientPID",
      message: "kubelet has insufficient PID available",
    },
  },
};

function pressureCondition(type: Pressure, input: ConditionsInput): NodeCondition {
  const { good, bad } = words[type];
  return condition({ type, said: input.pressures.includes(type) ? bad : good }, input);
}

function ownCondition(
  { type, said }: OwnCondition,
  input: ConditionsInput,
): readonly NodeCondition[] {
  if (said !== null) return [condition({ type, said }, input)];
  const known = [...input.previous, ...input.computed].some((each) => each.type === type);
  return known ? [condition({ type, said: nothing }, input)] : [];
}

const nothing: Said = { status: "False", reason: "Nothing", message: "" };

function readyCondition(input: ConditionsInput): NodeCondition {
  const { problems } = input;
  const said: Said = problems.length === 0
    ? { status: "True", reason: "KubeletReady", message: "kubelet is posting ready status" }
    : { status: "False", reason: "KubeletNotReady", message: together(problems) };
  return condition({ type: "Ready", said }, input);
}

function condition(
  { type, said }: { readonly type: string; readonly said: Said },
  { previous, computed, now }: ConditionsInput,
): NodeCondition {
  const known = previous.find((each) => each.type === type);
  const own = computed.find((each) => each.type === type);
  const at = rfc3339(now);
  const since = { known: known?.lastTransitionTime ?? "", own: own?.lastTransitionTime ?? "" };
  // What changed while the API server was away did so then; what others have changed since changes again now.
  const unsent = own?.status === said.status && since.own > since.known ? since.own : at;
  return {
    type,
    ...said,
    lastHeartbeatTime: at,
    lastTransitionTime: known?.status === said.status ? since.known : unsent,
  };
}

/** Several errors as Kubernetes prints them: each once, in brackets. */
function together(problems: readonly string[]): string {
  const [first = "", ...rest] = [...new Set(problems)];
  return rest.length === 0 ? first : `[${[first, ...rest].join(", ")}]`;
}
