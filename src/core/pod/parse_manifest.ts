/** A manifest file's bytes to the pod that they ask for, or to what is wrong with them and where. */
import * as v from "valibot";
import { formatFieldPath } from "../field_path.ts";
import type { Pod } from "../k8s.ts";
import { type LocatedDocument, parseLocatedYaml } from "../located_yaml.ts";
import { failure, type Result, success } from "../result.ts";
import type { YamlProblem } from "../yaml_types.ts";
import { withDefaults } from "./defaults.ts";
import { decoded } from "./json_decoding.ts";
import type { PodManifest } from "./manifest.ts";
import { describeIssue, issuePath, nameValue } from "./schema_problem.ts";
import { podSchema } from "./schema/pod.ts";
import { type ManifestOrigin, staticPod } from "./static_pod.ts";
import { type FieldProblem, validatePod } from "./validate.ts";
import { staticReferenceProblems } from "./validate/static_references.ts";

/** More problems of one file than these help nobody. */
const maxProblems = 20;

/**
 * Reads one pod, as YAML or JSON: named, defaulted and valid, with the marks of a static pod of this node. Unknown
 * fields, other kinds and a second document are problems, where the kubelet would look away.
 */
export function parseManifest(
  bytes: Uint8Array,
  origin: ManifestOrigin,
): Result<Pod, readonly YamlProblem[]> {
  const documents = parseLocatedYaml(bytes);
  if (!documents.ok) return documents;
  const document = onlyOne(documents.value);
  if (!document.ok) return failure([document.error]);
  const pod = readPod(document.value.value, origin);
  if (pod.ok) return pod;
  const problems = pod.error.map((problem) => locate(problem, document.value));
  return failure(problems.sort(byPlace).slice(0, maxProblems));
}

function onlyOne(documents: readonly LocatedDocument[]): Result<LocatedDocument, YamlProblem> {
  const [first, second] = documents;
  if (first === undefined) {
    return failure({ line: 1, column: 1, message: "the file is empty, expected a Pod" });
  }
  if (second === undefined) return success(first);
  const message = `expected one Pod, found ${documents.length} documents: each needs its own file`;
  return failure({ ...second.locate([]), message });
}

function locate({ path, message }: FieldProblem, document: LocatedDocument): YamlProblem {
  const field = formatFieldPath(path);
  return { ...document.locate(path), message: field === "" ? message : `${field}: ${message}` };
}

function byPlace(one: YamlProblem, other: YamlProblem): number {
  return one.line - other.line || one.column - other.column;
}

function readPod(value: unknown, origin: ManifestOrigin): Result<Pod, readonly FieldProblem[]> {
  const wrongKind = kindProblem(value);
  if (wrongKind !== null) return failure([wrongKind]);
  const manifest = readManifest(value);
  if (!manifest.ok) return manifest;
  const { name } = manifest.value.metadata;
  if (!name) {
    return failure([{ path: ["metadata", "name"], message: "required, a pod needs a name" }]);
  }
  const pod = complete(manifest.value, { name, origin });
  const problems = [...validatePod(pod), ...staticReferenceProblems(pod.spec)];
  return problems.length === 0 ? success(pod) : failure(problems);
}

function complete(
  manifest: PodManifest,
  { name, origin }: { readonly name: string; readonly origin: ManifestOrigin },
): Pod {
  const pod = staticPod({ manifest, name, origin });
  return { ...pod, spec: withDefaults(pod).spec };
}

/** Anything but a Pod gets one plain answer instead of a complaint about each of its fields. */
function kindProblem(value: unknown): FieldProblem | null {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return { path: [], message: `expected a Pod, found ${nameValue(value)}` };
  }
  const kind = "kind" in value ? value.kind : undefined;
  if (typeof kind !== "string" || kind === "Pod") return null;
  const version = "apiVersion" in value ? ` of ${value.apiVersion}` : "";
  return { path: ["kind"], message: `expected Pod, found ${kind}${version}` };
}

/** By the schema alone. The status, which is the node's to write, is left out. */
function readManifest(value: unknown): Result<PodManifest, readonly FieldProblem[]> {
  const read = v.safeParse(podSchema, decoded(value, podSchema));
  if (read.success) {
    const { apiVersion, kind, metadata, spec } = read.output;
    return success({ apiVersion, kind, metadata, spec });
  }
  return failure(read.issues.map((issue) => {
    const path = issuePath(issue);
    return { path, message: describeIssue(issue, { root: podSchema, path }) };
  }));
}
