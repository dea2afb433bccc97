/** Finds the pod a person means: by name, `namespace/name`, or a static pod's name as its manifest has it. */
import { type Pod, podKey } from "../k8s.ts";
import { failure, type Result, success } from "../result.ts";

/** What was typed; `namespace` is the `-n` option. */
export interface PodQuery {
  readonly text: string;
  readonly namespace?: string;
}

/** The error is a whole sentence for people, and says whether nothing or too much was found. */
export type FindPodError =
  | { readonly kind: "NotFound"; readonly message: string }
  | { readonly kind: "Ambiguous"; readonly message: string };

/** A full name wins over a manifest's name, which the kubelet extends by `-NODE`; two equally good hits are an error. */
export function findPod<P extends Pod>(
  pods: readonly P[],
  query: PodQuery,
): Result<P, FindPodError> {
  const { namespace, name } = split(query);
  const inNamespace = pods.filter((pod) =>
    namespace === undefined || pod.metadata.namespace === namespace
  );
  const exact = inNamespace.filter((pod) => pod.metadata.name === name);
  const found = exact.length > 0 ? exact : inNamespace.filter((pod) => manifestName(pod) === name);
  const [first, ...others] = found;
  if (first === undefined) return failure(notFound(query));
  if (others.length > 0) return failure(ambiguous(query, found));
  return success(first);
}

/** Splits `namespace/name`, whose namespace wins over the `-n` option; kubectl's `pod/` may stand in front. */
function split(query: PodQuery): { readonly namespace: string | undefined; readonly name: string } {
  const text = query.text.replace(/^pods?\//, "");
  const slash = text.indexOf("/");
  return slash < 0
    ? { namespace: query.namespace, name: text }
    : { namespace: text.slice(0, slash), name: text.slice(slash + 1) };
}

function manifestName(pod: Pod): string {
  const suffix = `-${pod.spec.nodeName ?? ""}`;
  const { name } = pod.metadata;
  return name.endsWith(suffix) ? name.slice(0, -suffix.length) : name;
}

function notFound({ text, namespace }: PodQuery): FindPodError {
  const where = namespace === undefined || text.includes("/") ? "" : ` in namespace "${namespace}"`;
  return { kind: "NotFound", message: `no pod "${text}"${where} on this node` };
}

function ambiguous({ text }: PodQuery, found: readonly Pod[]): FindPodError {
  const names = found.map(podKey).join(", ");
  return { kind: "Ambiguous", message: `"${text}" may mean any of ${names}` };
}
