/**
 * Static pods run without an API server, so they may refer to nothing that it holds.
 * @see https://kubernetes.io/docs/tasks/configure-pod-container/static-pod/
 */
import type { Container, PodSpec, Volume } from "../../k8s.ts";
import type { YamlPath } from "../../yaml_types.ts";
import type { FieldProblem } from "./problem.ts";

/** One for each reference, in the kubelet's words. */
export function staticReferenceProblems(spec: PodSpec): readonly FieldProblem[] {
  const account = spec.serviceAccountName || spec.serviceAccount;
  const pulls = spec.imagePullSecrets ?? [];
  return [
    ...(account ? [problem(["spec", "serviceAccountName"], "serviceaccounts")] : []),
    ...pulls.flatMap(({ name }, index) =>
      name ? [problem(["spec", "imagePullSecrets", index], "secrets")] : []
    ),
    ...(spec.resourceClaims ?? []).map((_, index) =>
      problem(["spec", "resourceClaims", index], "resourceclaims")
    ),
    ...containersProblems(["spec", "initContainers"], spec.initContainers ?? []),
    ...containersProblems(["spec", "containers"], spec.containers),
    ...(spec.volumes ?? []).flatMap((volume, index) =>
      volumeProblems(["spec", "volumes", index], volume)
    ),
  ];
}

function problem(path: YamlPath, resource: string): FieldProblem {
  return { path, message: `static pods may not reference ${resource}` };
}

function containersProblems(
  path: YamlPath,
  containers: readonly Container[],
): readonly FieldProblem[] {
  return containers.flatMap(({ env = [], envFrom = [] }, index) => [
    ...env.flatMap(({ valueFrom = {} }, at) =>
      keyProblems([...path, index, "env", at, "valueFrom"], valueFrom)
    ),
    ...envFrom.flatMap((source, at) => objectProblems([...path, index, "envFrom", at], source)),
  ]);
}

type ValueFrom = NonNullable<NonNullable<Container["env"]>[number]["valueFrom"]>;

function keyProblems(
  path: YamlPath,
  { configMapKeyRef, secretKeyRef }: ValueFrom,
): readonly FieldProblem[] {
  return [
    ...(configMapKeyRef?.name ? [problem([...path, "configMapKeyRef"], "configmaps")] : []),
    ...(secretKeyRef?.name ? [problem([...path, "secretKeyRef"], "secrets")] : []),
  ];
}

function objectProblems(
  path: YamlPath,
  { configMapRef, secretRef }: NonNullable<Container["envFrom"]>[number],
): readonly FieldProblem[] {
  return [
    ...(configMapRef?.name ? [problem([...path, "configMapRef"], "configmaps")] : []),
    ...(secretRef?.name ? [problem([...path, "secretRef"], "secrets")] : []),
  ];
}

/** The sources of volumes that lie in the API server, with what they refer to. */
const volumeResources = {
  configMap: "configmaps (via configmap volumes)",
  secret: "secrets (via secret volumes)",
  csi: "csidrivers (via CSI volumes)",
  glusterfs: "endpoints (via glusterFS volumes)",
  persistentVolumeClaim: "persistentvolumeclaims",
  ephemeral: "persistentvolumeclaims (via ephemeral volumes)",
  azureFile: "secrets (via azureFile volumes)",
} as const satisfies Partial<Record<keyof Volume, string>>;

const projectionResources = {
  configMap: "configmaps (via projected volumes)",
  secret: "secrets (via projected volumes)",
  serviceAccountToken: "serviceaccounts (via projected volumes)",
  clusterTrustBundle: "clustertrustbundles",
  podCertificate: "podcertificates",
} as const;

function volumeProblems(path: YamlPath, volume: Volume): readonly FieldProblem[] {
  const projections = volume.projected?.sources ?? [];
  return [
    ...fieldProblems(path, volume, volumeResources),
    ...projections.flatMap((source, index) =>
      fieldProblems([...path, "projected", "sources", index], source, projectionResources)
    ),
  ];
}

/** One problem for each field that is there. */
function fieldProblems(
  path: YamlPath,
  value: object,
  resources: Readonly<Record<string, string>>,
): readonly FieldProblem[] {
  return Object.entries(resources).flatMap(([field, resource]) =>
    field in value ? [problem([...path, field], resource)] : []
  );
}
