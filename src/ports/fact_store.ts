/** Where the agent keeps single facts about its site. */

/**
 * - `ClusterUid`: by what the cluster is told from another one.
 * - `PodsVersion`: the newest resourceVersion of the list of pods that was seen.
 * - `LastTime`: the wall time when it was kept last, in milliseconds.
 * - `DeletionsHeld`: the pods that are kept though the API server does not show them, and why; "" for none.
 * - `Outages`: how long the API server was out of reach lately, see `OutageHistory`.
 * - `RelaySession`: the number of the relay's last session.
 */
export type FactName =
  | "ClusterUid"
  | "PodsVersion"
  | "LastTime"
  | "DeletionsHeld"
  | "Outages"
  | "RelaySession";

/** Every call is durable when it resolves; Unavailable where the store cannot write. */
export interface FactStore {
  /** All facts that are known. */
  load(): Promise<ReadonlyMap<FactName, string>>;
  /** Writes nothing where it is so already. */
  save(name: FactName, value: string): Promise<void>;
}
