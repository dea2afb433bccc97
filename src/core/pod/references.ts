/** Which ConfigMaps and Secrets a pod refers to: a node may read these and no others. */
import { type Container, type PodSpec, type Volume, withEphemeral } from "../k8s.ts";

/** The name of an object in the pod's namespace, and what it is for. */
export interface Reference {
  readonly kind: "ConfigMap" | "Secret";
  readonly name: string;
  /** What a volume shows must be followed while the pod lives; anything else is read when something is started. */
  readonly use: "Volume" | "Start";
  /** The pod does without it. */
  readonly isOptional: boolean;
}

/** All of them, those named more than once too. Names that are left out refer to nothing. */
export function podReferences(
  spec: Pick<
    PodSpec,
    "containers" | "initContainers" | "ephemeralContainers" | "volumes" | "imagePullSecrets"
  >,
): readonly Reference[] {
  return [
    ...pullSecretReferences(spec),
    ...withEphemeral(spec).flatMap(containerReferences),
    ...(spec.volumes ?? []).flatMap(volumeReferences),
  ];
}

/** The Secrets that hold credentials for the pod's images. */
export function pullSecretReferences(
  { imagePullSecrets = [] }: Pick<PodSpec, "imagePullSecrets">,
): readonly Reference[] {
  return imagePullSecrets.flatMap(({ name }) =>
    reference("Secret", { name, optional: true }, "Start")
  );
}

/** What a container's environment is made from. */
export function containerReferences(
  { env = [], envFrom = [] }: Pick<Container, "env" | "envFrom">,
): readonly Reference[] {
  const whole = envFrom.flatMap(({ configMapRef, secretRef }) => [
    ...reference("ConfigMap", configMapRef, "Start"),
    ...reference("Secret", secretRef, "Start"),
  ]);
  const keys = env.flatMap(({ valueFrom }) => [
    ...reference("ConfigMap", valueFrom?.configMapKeyRef, "Start"),
    ...reference("Secret", valueFrom?.secretKeyRef, "Start"),
  ]);
  return [...whole, ...keys];
}

/** What a volume shows. */
export function volumeReferences(
  { configMap, secret, projected }: Pick<Volume, "configMap" | "secret" | "projected">,
): readonly Reference[] {
  const projections = (projected?.sources ?? []).flatMap((source) => [
    ...reference("ConfigMap", source.configMap, "Volume"),
    ...reference("Secret", source.secret, "Volume"),
  ]);
  return [
    ...reference("ConfigMap", configMap, "Volume"),
    ...reference("Secret", secret && { ...secret, name: secret.secretName }, "Volume"),
    ...projections,
  ];
}

/** As Kubernetes writes it, in whatever place. */
interface Selector {
  readonly name?: string | undefined;
  readonly optional?: boolean | undefined;
}

function reference(
  kind: Reference["kind"],
  { name, optional = false }: Selector = {},
  use: Reference["use"],
): readonly Reference[] {
  return name ? [{ kind, name, use, isOptional: optional }] : [];
}
