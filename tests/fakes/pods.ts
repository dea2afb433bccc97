/** Pods for tests, built in a line or two and completed by the real defaulting. */
import type { Container, Pod, PodSpec, Volume } from "../../src/core/k8s.ts";
import { withDefaults } from "../../src/core/pod/defaults.ts";

/** A pod in the making; every step gives a new one, so that a test may branch off a common start. */
export interface PodBuilder {
  /** Adds a main container; the image is `busybox:1` unless given. */
  container(name: string, fields?: Partial<Container>): PodBuilder;
  initContainer(name: string, fields?: Partial<Container>): PodBuilder;
  /** Adds an init container that keeps running: restartPolicy Always. */
  sidecar(name: string, fields?: Partial<Container>): PodBuilder;
  volume(name: string, source?: Omit<Volume, "name">): PodBuilder;
  restartPolicy(policy: "Always" | "OnFailure" | "Never"): PodBuilder;
  /** The pod's terminationGracePeriodSeconds. */
  grace(seconds: number): PodBuilder;
  namespace(namespace: string): PodBuilder;
  uid(uid: string): PodBuilder;
  labels(labels: Readonly<Record<string, string>>): PodBuilder;
  annotations(annotations: Readonly<Record<string, string>>): PodBuilder;
  /** Any other fields of the spec. */
  spec(fields: Partial<PodSpec>): PodBuilder;
  /** The pod with Kubernetes' defaults; one container named `main` when none was added. */
  build(): Pod;
}

interface Draft {
  readonly metadata: Pod["metadata"];
  readonly spec: Partial<PodSpec>;
}

/** A pod `default/NAME` with the UID `NAME-uid`. */
export function pod(name: string): PodBuilder {
  return builder({ metadata: { name, namespace: "default", uid: `${name}-uid` }, spec: {} });
}

function builder(draft: Draft): PodBuilder {
  const meta = (more: Partial<Pod["metadata"]>): PodBuilder =>
    builder({ ...draft, metadata: { ...draft.metadata, ...more } });
  const spec = (more: Partial<PodSpec>): PodBuilder =>
    builder({ ...draft, spec: { ...draft.spec, ...more } });
  const init = (container: Container): PodBuilder =>
    spec({ initContainers: [...(draft.spec.initContainers ?? []), container] });
  return {
    container: (name, fields) =>
      spec({ containers: [...(draft.spec.containers ?? []), container(name, fields)] }),
    initContainer: (name, fields) => init(container(name, fields)),
    sidecar: (name, fields) => init(container(name, { ...fields, restartPolicy: "Always" })),
    volume: (name, source = { emptyDir: {} }) =>
      spec({ volumes: [...(draft.spec.volumes ?? []), { name, ...source }] }),
    restartPolicy: (restartPolicy) => spec({ restartPolicy }),
    grace: (terminationGracePeriodSeconds) => spec({ terminationGracePeriodSeconds }),
    namespace: (namespace) => meta({ namespace }),
    uid: (uid) => meta({ uid }),
    labels: (labels) => meta({ labels }),
    annotations: (annotations) => meta({ annotations }),
    spec,
    build: () => complete(draft),
  };
}

function container(name: string, fields: Partial<Container> = {}): Container {
  return { image: "busybox:1", ...fields, name };
}

function complete(draft: Draft): Pod {
  const containers = draft.spec.containers ?? [container("main")];
  const { spec } = withDefaults({
    apiVersion: "v1",
    kind: "Pod",
    metadata: draft.metadata,
    spec: { ...draft.spec, containers },
  });
  return { apiVersion: "v1", kind: "Pod", metadata: draft.metadata, spec };
}
