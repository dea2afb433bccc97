/** What is known of the ConfigMaps and Secrets of one namespace at one moment, and the kubelet's words for those that lack. */
import type { ConfigMap, Secret } from "../k8s.ts";
import { failure, type Result, success } from "../result.ts";

/** One object as it was last known. */
export type Lookup<T> =
  | { readonly kind: "Found"; readonly object: T }
  /** The API server says that there is none. */
  | { readonly kind: "Missing" }
  /** The API server never answered for it. */
  | { readonly kind: "Unknown"; readonly problem: string };

/** By their names; all of one namespace. */
export interface Lookups {
  configMap(name: string): Lookup<ConfigMap>;
  secret(name: string): Lookup<Secret>;
}

/** An object that may be left out: null where it is missing and optional, else why it cannot be had. */
export function required<T>(
  lookup: Lookup<T>,
  { what, name, optional }: {
    readonly what: "configmap" | "secret";
    readonly name: string;
    readonly optional: boolean | undefined;
  },
): Result<T | null> {
  switch (lookup.kind) {
    case "Found":
      return success(lookup.object);
    case "Missing":
      return optional ? success(null) : failure(`${what} "${name}" not found`);
    case "Unknown":
      return failure(lookup.problem);
  }
}
