/** What a request wants to do, in the words in which the API server is asked whether it may. */
import type { User } from "./user.ts";

/** @see https://kubernetes.io/docs/reference/access-authn-authz/kubelet-authn-authz/#kubelet-authorization */
export interface Attributes {
  readonly user: User;
  readonly verb: "get" | "create" | "update" | "patch" | "delete" | "proxy";
  /** Of the resource `nodes`; the node's own name is the object's. */
  readonly subresource: string;
}
