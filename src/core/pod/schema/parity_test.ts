/** The schema has exactly the fields of the Kubernetes client's types; the compiler is the test. */
import assert from "node:assert/strict";
import type * as k8s from "@kubernetes/client-node";
import type * as v from "valibot";
import type { Wire } from "../../k8s.ts";
import type * as containers from "./container.ts";
import type { objectMeta } from "./metadata.ts";
import type { lifecycle, probe } from "./probe.ts";
import { podSchema, type podSpec } from "./pod.ts";
import type { podSecurityContext, securityContext } from "./security.ts";
import { type AnySchema, viewOf } from "./support.ts";
import type { emptyDir, hostPath, volume } from "./volume.ts";

type Entries<S extends { readonly entries: object }> = keyof S["entries"];

/** `true`, or the names that differ, so that the compiler's message says them. */
type SameKeys<Ours, Theirs> = [Exclude<Ours, Theirs> | Exclude<Theirs, Ours>] extends [never] ? true
  : { readonly missing: Exclude<Theirs, Ours>; readonly extra: Exclude<Ours, Theirs> };

interface KeyChecks {
  readonly pod: SameKeys<Entries<typeof podSchema>, keyof k8s.V1Pod>;
  readonly spec: SameKeys<Entries<typeof podSpec>, keyof k8s.V1PodSpec>;
  readonly metadata: SameKeys<Entries<typeof objectMeta>, keyof k8s.V1ObjectMeta>;
  readonly container: SameKeys<Entries<typeof containers.container>, keyof k8s.V1Container>;
  readonly init: SameKeys<Entries<typeof containers.initContainer>, keyof k8s.V1Container>;
  readonly ephemeral: SameKeys<
    Entries<typeof containers.ephemeralContainer>,
    keyof k8s.V1EphemeralContainer
  >;
  readonly port: SameKeys<Entries<typeof containers.containerPort>, keyof k8s.V1ContainerPort>;
  readonly mount: SameKeys<Entries<typeof containers.volumeMount>, keyof k8s.V1VolumeMount>;
  readonly resources: SameKeys<
    Entries<typeof containers.resourceRequirements>,
    keyof k8s.V1ResourceRequirements
  >;
  readonly volume: SameKeys<Entries<typeof volume>, keyof k8s.V1Volume>;
  readonly emptyDir: SameKeys<Entries<typeof emptyDir>, keyof k8s.V1EmptyDirVolumeSource>;
  readonly hostPath: SameKeys<Entries<typeof hostPath>, keyof k8s.V1HostPathVolumeSource>;
  readonly probe: SameKeys<Entries<typeof probe>, keyof k8s.V1Probe>;
  readonly lifecycle: SameKeys<Entries<typeof lifecycle>, keyof k8s.V1Lifecycle>;
  readonly security: SameKeys<Entries<typeof securityContext>, keyof k8s.V1SecurityContext>;
  readonly podSecurity: SameKeys<
    Entries<typeof podSecurityContext>,
    keyof k8s.V1PodSecurityContext
  >;
}

const keys: { readonly [K in keyof KeyChecks]: true } & KeyChecks = {
  pod: true,
  spec: true,
  metadata: true,
  container: true,
  init: true,
  ephemeral: true,
  port: true,
  mount: true,
  resources: true,
  volume: true,
  emptyDir: true,
  hostPath: true,
  probe: true,
  lifecycle: true,
  security: true,
  podSecurity: true,
};

/** All fields down to the leaves made mandatory: then each type fits the other only if none lacks a field. */
type Deep<T> = T extends readonly (infer U)[] ? readonly Deep<U>[]
  : T extends object ? { readonly [K in keyof T]-?: Deep<NonNullable<T[K]>> }
  : T;
type Ours = Deep<v.InferOutput<typeof podSpec>>;
type Theirs = Deep<Wire<k8s.V1PodSpec>>;
/** What cannot be compared field by field: free-form JSON inside a claim template's metadata. */
type Comparable<T extends { readonly volumes: readonly { readonly ephemeral: unknown }[] }> =
  & Omit<T, "volumes">
  & { readonly volumes: readonly Omit<T["volumes"][number], "ephemeral">[] };

const ours: [Comparable<Ours>] extends [Comparable<Theirs>] ? true : false = true;
const theirs: [Comparable<Theirs>] extends [Comparable<Ours>] ? true : false = true;

Deno.test("the schema and the client's types have the same fields at every level", () => {
  assert.ok(ours && theirs);
  assert.ok(Object.values(keys).every((same) => same));
});

Deno.test("every field below a supported one says whether it is supported", () => {
  const unmarked: string[] = [];
  const visit = (schema: AnySchema, path: string): void => {
    const { support, shape } = viewOf(schema);
    if (support !== undefined && support.level !== "supported") return;
    if (shape.kind === "list") visit(shape.item, `${path}[]`);
    if (shape.kind !== "object") return;
    for (const [name, field] of Object.entries(shape.entries)) {
      if (viewOf(field).support === undefined) unmarked.push(`${path}.${name}`);
      visit(field, `${path}.${name}`);
    }
  };
  visit(podSchema, "");
  assert.deepEqual(unmarked, []);
});
