/** What a container's probes have found so far: single results become a verdict when enough of them agree. */
import type { Container, Probe } from "../k8s.ts";

/** @see https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#types-of-probe */
export type ProbeKind = "startup" | "liveness" | "readiness";

export const probeKinds: readonly ProbeKind[] = ["startup", "liveness", "readiness"];

/** `Unknown`: the startup probe has not decided yet. */
export type Verdict = "Success" | "Failure" | "Unknown";

/** Those of one run of a container; a probe that it does not have gives none. */
export type ContainerVerdicts = Readonly<Partial<Record<ProbeKind, Verdict>>>;

/** By the ID of the container. What is missing has not been probed: it is not running, or was not looked at yet. */
export type Verdicts = ReadonlyMap<string, ContainerVerdicts>;

export const noVerdicts: Verdicts = new Map();

/** What counts before the first results. */
export const initialVerdict: Readonly<Record<ProbeKind, Verdict>> = {
  startup: "Unknown",
  liveness: "Success",
  readiness: "Failure",
};

/** The results of one probe of one run of a container. */
export interface Tally {
  readonly verdict: Verdict;
  /** The latest result, and how many there were of it in a row. */
  readonly latest: "Success" | "Failure" | null;
  readonly inARow: number;
  /** There is no more to find out about this run. */
  readonly isDone: boolean;
}

/** The tally of a probe that has not run yet. */
export function newTally(verdict: Verdict): Tally {
  return { verdict, latest: null, inARow: 0, isDone: false };
}

/**
 * The tally with one more result. A startup probe is done once it has decided, a liveness probe once it has failed: the
 * container is going to be restarted.
 */
export function count(
  tally: Tally,
  result: "Success" | "Failure",
  { kind, probe }: { readonly kind: ProbeKind; readonly probe: Probe },
): Tally {
  const inARow = tally.latest === result ? tally.inARow + 1 : 1;
  const needed = result === "Success" ? probe.successThreshold : probe.failureThreshold;
  const counted = { ...tally, latest: result, inARow };
  if (inARow < (needed ?? 1)) return counted;
  const isDone = kind === "startup" || (kind === "liveness" && result === "Failure");
  return { ...counted, verdict: result, isDone };
}

/** The verdicts with one of them changed. */
export function withVerdict(
  verdicts: Verdicts,
  { id, kind, verdict }: {
    readonly id: string;
    readonly kind: ProbeKind;
    readonly verdict: Verdict;
  },
): Verdicts {
  return new Map([...verdicts, [id, { ...verdicts.get(id), [kind]: verdict }]]);
}

/** The verdicts on these containers alone. */
export function onlyOf(verdicts: Verdicts, ids: ReadonlySet<string>): Verdicts {
  return new Map([...verdicts].filter(([id]) => ids.has(id)));
}

/** The container's probe of that kind. */
export function probeOf(
  container: Pick<Container, "startupProbe" | "livenessProbe" | "readinessProbe">,
  kind: ProbeKind,
): Probe | undefined {
  return container[`${kind}Probe`];
}
