/** The API resources that a node works with, and how an object of one is named. @see https://kubernetes.io/docs/reference/using-api/api-concepts/ */

/** A kind of object as the API server's paths name it. */
export interface Resource {
  /** Such as `v1` or `coordination.k8s.io/v1`. */
  readonly apiVersion: string;
  readonly kind: string;
  readonly plural: string;
  readonly namespaced: boolean;
}

function namespaced(apiVersion: string, kind: string, plural: string): Resource {
  return { apiVersion, kind, plural, namespaced: true };
}

function clusterWide(apiVersion: string, kind: string, plural: string): Resource {
  return { apiVersion, kind, plural, namespaced: false };
}

export const pods = namespaced("v1", "Pod", "pods");
export const nodes = clusterWide("v1", "Node", "nodes");
export const configMaps = namespaced("v1", "ConfigMap", "configmaps");
export const secrets = namespaced("v1", "Secret", "secrets");
export const services = namespaced("v1", "Service", "services");
export const serviceAccounts = namespaced("v1", "ServiceAccount", "serviceaccounts");
export const namespaces = clusterWide("v1", "Namespace", "namespaces");
export const events = namespaced("v1", "Event", "events");
export const leases = namespaced("coordination.k8s.io/v1", "Lease", "leases");
export const runtimeClasses = clusterWide("node.k8s.io/v1", "RuntimeClass", "runtimeclasses");
export const tokenReviews = clusterWide("authentication.k8s.io/v1", "TokenReview", "tokenreviews");
export const subjectAccessReviews = clusterWide(
  "authorization.k8s.io/v1",
  "SubjectAccessReview",
  "subjectaccessreviews",
);
export const certificateSigningRequests = clusterWide(
  "certificates.k8s.io/v1",
  "CertificateSigningRequest",
  "certificatesigningrequests",
);

/** One object, or a part of it that has a path of its own. */
export interface ObjectRef {
  readonly resource: Resource;
  /** Of a namespaced resource. */
  readonly namespace?: string;
  readonly name: string;
  /** Such as `status`, `token`, `binding`. */
  readonly subresource?: string;
}

/** What every object of the API carries. */
export interface KubeObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata?: {
    readonly name?: string;
    readonly namespace?: string;
    readonly uid?: string;
    readonly resourceVersion?: string;
    readonly annotations?: Readonly<Record<string, string>>;
  };
}
