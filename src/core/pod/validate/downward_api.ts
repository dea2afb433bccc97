/** Checks what the downward API is asked for. */
import type { EnvVarSource, ResourceFieldSelector } from "../../k8s.ts";
import { formatQuantity, parseQuantity } from "../../quantity.ts";
import type { YamlPath } from "../../yaml_types.ts";
import { subscriptOf } from "../env/field_ref.ts";
import { qualifiedName } from "./names.ts";
import { allInvalid, type FieldProblem, invalid, oneOf, required } from "./problem.ts";

type FieldSelector = NonNullable<EnvVarSource["fieldRef"]>;

/** Where a value is shown: not every field may be shown everywhere. */
export type DownwardUse = "Environment" | "Volume";

/** Every field that Kubernetes has ever known here. */
const knownFields = new Set([
  "metadata.annotations",
  "metadata.labels",
  "metadata.name",
  "metadata.namespace",
  "metadata.uid",
  "spec.host",
  "spec.nodeName",
  "spec.restartPolicy",
  "spec.schedulerName",
  "spec.serviceAccountName",
  "status.hostIP",
  "status.hostIPs",
  "status.phase",
  "status.podIP",
  "status.podIPs",
]);

const shownFields: Readonly<Record<DownwardUse, readonly string[]>> = {
  Environment: [
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
    "spec.nodeName",
    "spec.serviceAccountName",
    "status.hostIP",
    "status.hostIPs",
    "status.podIP",
    "status.podIPs",
  ],
  Volume: [
    "metadata.annotations",
    "metadata.labels",
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
  ],
};

/** @see https://kubernetes.io/docs/concepts/workloads/pods/downward-api/#available-fields */
export function fieldRefProblems(
  path: YamlPath,
  { apiVersion = "v1", fieldPath }: FieldSelector,
  use: DownwardUse,
): readonly FieldProblem[] {
  const at = [...path, "fieldPath"];
  if (fieldPath === "") return [required(at)];
  const subscripted = subscriptOf(fieldPath);
  const unknown = unknownField({ apiVersion, fieldPath, map: subscripted?.map });
  if (unknown !== null) {
    return [invalid(at, { value: fieldPath, detail: `error converting fieldPath: ${unknown}` })];
  }
  if (subscripted !== null) {
    const key = subscripted.map === "metadata.annotations"
      ? subscripted.key.toLowerCase()
      : subscripted.key;
    return allInvalid(path, { value: key, details: qualifiedName(key) });
  }
  const value = fieldPath === "spec.host" ? "spec.nodeName" : fieldPath;
  return oneOf(at, { value, supported: shownFields[use] });
}

function unknownField(
  { apiVersion, fieldPath, map }: {
    readonly apiVersion: string;
    readonly fieldPath: string;
    /** Of a path with a subscript. */
    readonly map: string | undefined;
  },
): string | null {
  if (apiVersion !== "v1") return `unsupported pod version: ${apiVersion}`;
  if (map === undefined) {
    return knownFields.has(fieldPath) ? null : `field label not supported: ${fieldPath}`;
  }
  const hasKeys = map === "metadata.annotations" || map === "metadata.labels";
  return hasKeys ? null : `field label does not support subscript: ${fieldPath}`;
}

const resources = ["cpu", "ephemeral-storage", "memory"];
const amounts = ["limits", "requests"].flatMap((kind) =>
  resources.map((each) => `${kind}.${each}`)
);

const byteDivisors = ["", "k", "M", "G", "T", "P", "E", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"]
  .map((suffix) => `1${suffix}`);

/** @see https://kubernetes.io/docs/concepts/workloads/pods/downward-api/#downwardapi-resourceFieldRef */
export function resourceFieldRefProblems(
  path: YamlPath,
  { containerName = "", resource, divisor = "0" }: ResourceFieldSelector,
  use: DownwardUse,
): readonly FieldProblem[] {
  const divisors = divisorProblems([...path, "divisor"], { resource, divisor });
  if (use === "Volume" && containerName === "") {
    return [required([...path, "containerName"]), ...divisors];
  }
  const isPages = /^(limits|requests)\.hugepages-/.test(resource);
  const unknown = isPages
    ? []
    : oneOf([...path, "resource"], { value: resource, supported: amounts });
  return [...unknown, ...divisors];
}

function divisorProblems(
  path: YamlPath,
  { resource, divisor }: { readonly resource: string; readonly divisor: string },
): readonly FieldProblem[] {
  const amount = parseQuantity(divisor);
  if (!amount.ok || amount.value.nanos === 0n) return [];
  const name = resource.replace(/^(limits|requests)\./, "");
  const good = name === "cpu" ? ["1m", "1"] : byteDivisors;
  if (good.includes(formatQuantity(amount.value))) return [];
  const what = name === "cpu"
    ? "1m and 1 are supported with the cpu resource"
    : `${byteDivisors.join(", ")} are supported with the ${nameOf(name)} resource`;
  return [invalid(path, { value: resource, detail: `only divisor's values ${what}` })];
}

function nameOf(resource: string): string {
  if (resource === "ephemeral-storage") return "local ephemeral storage";
  return resource.startsWith("hugepages-") ? "hugepages" : resource;
}
