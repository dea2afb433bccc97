/** An API server's answers to questions about users: whose a token is, and what they may have of nodes. */
import { subjectAccessReviews, tokenReviews } from "../../src/core/kube/resource.ts";
import { child, objectOf, text } from "./api_server/json.ts";
import type { FakeApiServer } from "./api_server/api_server.ts";

export interface Reviews {
  /** By token. */
  readonly users: Readonly<
    Record<string, { readonly username: string; readonly groups?: string[] }>
  >;
  /** By user: subresources of nodes, and each verb of them. */
  readonly allowed: Readonly<Record<string, readonly string[]>>;
}

/** What was asked, each as `token TOKEN` or `USER VERB SUBRESOURCE NODE`. */
export function answerReviews(
  server: FakeApiServer,
  { users, allowed }: Reviews,
): readonly string[] {
  const asked: string[] = [];
  server.answer({ method: "POST", path: `/${tokenReviews.plural}` }, ({ body }) => {
    const token = text(child(objectOf(body), "spec"), "token") ?? "";
    asked.push(`token ${token}`);
    const user = users[token];
    const status = user === undefined
      ? { error: "[invalid bearer token]" }
      : { authenticated: true, user: { uid: "u1", ...user } };
    return { ...objectOf(body), status };
  });
  server.answer({ method: "POST", path: `/${subjectAccessReviews.plural}` }, ({ body }) => {
    const spec = child(objectOf(body), "spec");
    const wanted = child(spec, "resourceAttributes");
    const [verb, subresource = "", node] = ["verb", "subresource", "name"].map((key) =>
      text(wanted, key)
    );
    const user = text(spec, "user") ?? "";
    asked.push(`${user} ${verb} ${subresource} ${node}`);
    const isAllowed = allowed[user]?.includes(subresource) ?? false;
    return { ...objectOf(body), status: { allowed: isAllowed, reason: isAllowed ? "RBAC" : "" } };
  });
  return asked;
}
