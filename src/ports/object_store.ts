/** Where the agent keeps the API server's objects that its pods need while that cannot be asked. */
import type { KubeObject, Resource } from "../core/kube/resource.ts";

/** How an object of a resource is named. */
export interface ObjectName {
  readonly resource: Resource;
  /** "" for an object of the whole cluster. */
  readonly namespace: string;
  readonly name: string;
}

/**
 * One object of each name, as it is on the wire. Every call is durable when it resolves; a store that cannot write throws
 * Unavailable and keeps what it had. Secrets are never stored in the clear.
 */
export interface ObjectStore {
  /** All objects of a resource. One that cannot be read is left out and told of in the log. */
  load<T extends KubeObject>(resource: Resource): Promise<readonly T[]>;
  /** In place of the one of that name. Writes nothing where that has the same UID and resourceVersion. */
  save(resource: Resource, object: KubeObject): Promise<void>;
  /** Idempotent. */
  remove(name: ObjectName): Promise<void>;
}
