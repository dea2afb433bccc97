/** Whether pods that the API server does not show any more were deleted: not every server that answers is to be believed. */

/** Why pods are kept though the server does not show them. */
export type HoldReason = "OtherCluster" | "OlderData";

/** What is known of the server, and how many of the node's pods it does not show. */
export interface Absence {
  readonly cluster: "Same" | "Other";
  /** Since they were missed, its data have been older than what it had told before, as after a backup was restored. */
  readonly hasOlderData: boolean;
  readonly absent: number;
  /** All that were known, those included. */
  readonly known: number;
}

/**
 * Null: they were deleted. A server of another cluster cannot say so; one with older data is not believed where it would take
 * more than half of the node's pods at once.
 */
export function holdReason({ cluster, hasOlderData, absent, known }: Absence): HoldReason | null {
  if (absent === 0) return null;
  if (cluster === "Other") return "OtherCluster";
  return hasOlderData && absent * 2 > known ? "OlderData" : null;
}
