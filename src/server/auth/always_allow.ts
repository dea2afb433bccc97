/** The authorisation mode AlwaysAllow: whoever is known may have everything. */
import type { Authorizer } from "./auth.ts";

export const alwaysAllow: Authorizer = {
  authorize: () => Promise.resolve({ kind: "Allowed" }),
};
