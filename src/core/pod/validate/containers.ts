/** Checks containers, main and init ones: names, images, words, environment. */
import type { Container, PodSpec, Volume } from "../../k8s.ts";
import type { YamlPath } from "../../yaml_types.ts";
import { containerSecurityProblems } from "./container_security.ts";
import { envProblems } from "./env.ts";
import { mountProblems } from "./mounts.ts";
import { dnsLabel } from "./names.ts";
import { hostNetworkProblems, hostPortProblems, portProblems } from "./ports.ts";
import { probeProblems } from "./probes.ts";
import { allInvalid, duplicate, type FieldProblem, invalid, oneOf, required } from "./problem.ts";
import { resourceProblems } from "./resources.ts";
import { restartProblems } from "./restart.ts";

const pullPolicies = ["Always", "IfNotPresent", "Never"];
const messagePolicies = ["FallbackToLogsOnError", "File"];

type Containers = readonly Container[];

/** @see https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#Container */
export function containerProblems(spec: PodSpec): readonly FieldProblem[] {
  const { containers, initContainers = [], hostNetwork, hostUsers } = spec;
  const [main, init] = [["spec", "containers"], ["spec", "initContainers"]];
  const { volumes = [] } = spec;
  const check = (path: YamlPath, list: Containers): readonly FieldProblem[] => [
    ...list.flatMap((each, index) =>
      oneContainer([...path, index], { container: each, volumes, hostUsers })
    ),
    ...hostNetworkProblems(path, { containers: list, hostNetwork }),
  ];
  return [
    ...(containers.length === 0 ? [required(main)] : []),
    ...check(init, initContainers),
    ...check(main, containers),
    ...repeatedNames([{ path: init, list: initContainers }, { path: main, list: containers }]),
    ...hostPortProblems(main, containers),
    ...probeProblems(spec),
  ];
}

function oneContainer(
  path: YamlPath,
  { container, volumes, hostUsers }: {
    readonly container: Container;
    readonly hostUsers: PodSpec["hostUsers"];
    readonly volumes: readonly Volume[];
  },
): readonly FieldProblem[] {
  const at = (field: string): YamlPath => [...path, field];
  const context = container.securityContext ?? {};
  return [
    ...nameProblems(at("name"), container.name),
    ...imageProblems(at("image"), container.image ?? ""),
    ...wordProblems(at, container),
    ...portProblems(at("ports"), container.ports ?? []),
    ...envProblems(at("env"), { env: container.env ?? [], volumes }),
    ...mountProblems(at("volumeMounts"), {
      mounts: container.volumeMounts ?? [],
      volumes: new Set(volumes.map(({ name }) => name)),
      isPrivileged: context.privileged === true,
    }),
    ...resourceProblems(at("resources"), container.resources ?? {}),
    ...restartProblems(path, container),
    ...containerSecurityProblems(at("securityContext"), { context, hostUsers }),
  ];
}

function nameProblems(path: YamlPath, value: string): readonly FieldProblem[] {
  return value === "" ? [required(path)] : allInvalid(path, { value, details: dnsLabel(value) });
}

function imageProblems(path: YamlPath, value: string): readonly FieldProblem[] {
  if (value === "") return [required(path)];
  const detail = "must not have leading or trailing whitespace";
  return value === value.trim() ? [] : [invalid(path, { value, detail })];
}

function wordProblems(
  at: (field: string) => YamlPath,
  { imagePullPolicy, terminationMessagePolicy }: Container,
): readonly FieldProblem[] {
  return [
    ...oneOf(at("imagePullPolicy"), { value: imagePullPolicy, supported: pullPolicies }),
    ...oneOf(at("terminationMessagePolicy"), {
      value: terminationMessagePolicy,
      supported: messagePolicies,
    }),
  ];
}

/** Init containers and main ones share one set of names. */
function repeatedNames(
  lists: readonly { readonly path: YamlPath; readonly list: Containers }[],
): readonly FieldProblem[] {
  const seen = new Set<string>();
  return lists.flatMap(({ path, list }) =>
    list.flatMap(({ name }, index) => {
      if (name !== "" && seen.has(name)) return [duplicate([...path, index, "name"], name)];
      seen.add(name);
      return [];
    })
  );
}
