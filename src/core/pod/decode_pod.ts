/** An object of the API server to the pod that it is, as an older client reads a newer server: what is unknown is dropped. */
import * as v from "valibot";
import { annotation } from "../cri/labels.ts";
import { formatFieldPath } from "../field_path.ts";
import type { Instant } from "../instant.ts";
import type { Pod } from "../k8s.ts";
import { isPlainMap, type PlainMap } from "../plain_map.ts";
import { failure, type Result, success } from "../result.ts";
import { withDefaults } from "./defaults.ts";
import { decoded } from "./json_decoding.ts";
import { podSchema } from "./schema/pod.ts";
import { describeIssue, issuePath, nameValue } from "./schema_problem.ts";
import { apiSource } from "./static_pod.ts";

/**
 * The pod with the marks that the kubelet gives to what it reads from the API server (they show in the downward API). It is not
 * validated again: the server has done so. The error says what it is not.
 */
export function decodePod(object: unknown, seenAt: Instant): Result<Pod> {
  const whole = asWhole(object);
  if (whole === null) return failure(`expected a Pod, found ${nameOf(object)}`);
  const read = v.safeParse(podSchema, decoded(whole, podSchema, "drop"));
  if (!read.success) return failure(describe(read.issues[0]));
  const { metadata, status } = read.output;
  const { name, namespace, uid } = metadata;
  if (!name || !namespace || !uid) return failure("a pod needs a name, a namespace and a UID");
  const annotations = { ...metadata.annotations, ...marks(seenAt) };
  const pod = withDefaults(read.output);
  return success({
    ...pod,
    metadata: { ...metadata, name, namespace, uid, annotations },
    ...(status === undefined ? {} : { status }),
  });
}

/** The items of a list do not say what they are; who manages which field is nothing to a node. */
function asWhole(object: unknown): PlainMap | null {
  if (!isPlainMap(object)) return null;
  const { apiVersion = "v1", kind = "Pod", metadata } = object;
  if (kind !== "Pod" || !isPlainMap(metadata)) return null;
  const { managedFields: _managed, ...own } = metadata;
  return { ...object, apiVersion, kind, metadata: own };
}

function nameOf(object: unknown): string {
  const kind = isPlainMap(object) ? object["kind"] : undefined;
  return typeof kind === "string" && kind !== "Pod" ? kind : nameValue(object);
}

function marks(seenAt: Instant): Readonly<Record<string, string>> {
  return {
    [annotation.configSource]: apiSource,
    [annotation.configSeen]: new Date(seenAt).toISOString(),
  };
}

function describe(issue: v.BaseIssue<unknown>): string {
  const path = issuePath(issue);
  return `${formatFieldPath(path)}: ${describeIssue(issue, { root: podSchema, path })}`;
}
