/** A pod as a manifest gives it: well-formed, not yet named, defaulted or validated. */
import type { V1ObjectMeta, V1PodSpec } from "@kubernetes/client-node";
import type { Wire } from "../k8s.ts";

/** What the schema makes of a file: every field has its type, nulls are gone, quantities are texts. */
export interface PodManifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Wire<V1ObjectMeta>;
  readonly spec: Wire<V1PodSpec>;
}
