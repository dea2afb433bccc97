/** Checks the probes and lifecycle hooks of a container. */
import { type Container, isSidecar, type PodSpec, type Probe } from "../../k8s.ts";
import { type ProbeKind, probeKinds, probeOf } from "../../probe/verdict.ts";
import type { YamlPath } from "../../yaml_types.ts";
import { handlerProblems } from "./handlers.ts";
import { type FieldProblem, forbidden, invalid } from "./problem.ts";

/** What a pod's other fields have to do with it. */
interface Context {
  readonly graceSeconds: number;
}

const numbers = [
  "initialDelaySeconds",
  "timeoutSeconds",
  "periodSeconds",
  "successThreshold",
  "failureThreshold",
] as const;

/** @see https://kubernetes.io/docs/concepts/workloads/pods/probes/ */
export function probeProblems(spec: PodSpec): readonly FieldProblem[] {
  const context = { graceSeconds: spec.terminationGracePeriodSeconds };
  const { initContainers = [], containers } = spec;
  return [
    ...initContainers.flatMap((each, index) => {
      const path = ["spec", "initContainers", index];
      return isSidecar(each) ? probesOf(path, each, context) : noProbes(path, each);
    }),
    ...containers.flatMap((each, index) => probesOf(["spec", "containers", index], each, context)),
  ];
}

function probesOf(
  path: YamlPath,
  container: Container,
  context: Context,
): readonly FieldProblem[] {
  const { lifecycle } = container;
  return [
    ...probeKinds.flatMap((kind) => {
      const probe = probeOf(container, kind);
      const at = [...path, `${kind}Probe`];
      return probe === undefined ? [] : oneProbe(at, probe, { ...context, kind });
    }),
    ...(["postStart", "preStop"] as const).flatMap((hook) => {
      const handler = lifecycle?.[hook];
      const at = [...path, "lifecycle", hook];
      return handler === undefined ? [] : handlerProblems(at, handler, context);
    }),
  ];
}

/** An init container that is to end is neither probed nor hooked. */
function noProbes(path: YamlPath, container: Container): readonly FieldProblem[] {
  const fields = ["lifecycle", "livenessProbe", "readinessProbe", "startupProbe"] as const;
  const detail = "may not be set for init containers without restartPolicy=Always";
  return fields.filter((field) => container[field] !== undefined)
    .map((field) => forbidden([...path, field], detail));
}

function oneProbe(
  path: YamlPath,
  probe: Probe,
  { kind, graceSeconds }: Context & { readonly kind: ProbeKind },
): readonly FieldProblem[] {
  return [
    ...handlerProblems(path, probe, { graceSeconds }),
    ...numbers.flatMap((field) => negative([...path, field], probe[field] ?? 0)),
    ...graceProblems([...path, "terminationGracePeriodSeconds"], probe, kind),
    ...successProblems([...path, "successThreshold"], probe, kind),
  ];
}

function negative(path: YamlPath, value: number): readonly FieldProblem[] {
  return value < 0 ? [invalid(path, { value, detail: "must be greater than or equal to 0" })] : [];
}

/** Who is not ready is not ended. */
function graceProblems(
  path: YamlPath,
  { terminationGracePeriodSeconds: value }: Probe,
  kind: ProbeKind,
): readonly FieldProblem[] {
  if (value === undefined) return [];
  return [
    ...(value > 0 ? [] : [invalid(path, { value, detail: "must be greater than 0" })]),
    ...(kind === "readiness"
      ? [invalid(path, { value, detail: "must not be set for readinessProbes" })]
      : []),
  ];
}

function successProblems(
  path: YamlPath,
  { successThreshold: value = 1 }: Probe,
  kind: ProbeKind,
): readonly FieldProblem[] {
  return kind === "readiness" || value === 1 ? [] : [invalid(path, { value, detail: "must be 1" })];
}
