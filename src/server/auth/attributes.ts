/** What a request wants to do, in the words in which the API server is asked whether it may. */
import type { User } from "./user.ts";

/** @see https://kubernetes.io/docs/reference/access-authn-authz/kubelet-authn-authz/#kubelet-authorization */
export interface Attributes {
  readonly user: User;
  /** "" for a method that no verb stands for: only a rule for all verbs allows it. */
  readonly verb: "get" | "create" | "update" | "patch" | "delete" | "";
  /** Of the resource `nodes`; the node's own name is the object's. */
  readonly subresource: string;
}
