/** What is read of the local store when somebody scrapes. */
import type { Registry } from "../../core/metrics/registry.ts";
import type { StoreState } from "../../core/store_state.ts";

export type ShownStore = Pick<StoreState, "problem" | "writtenBytes">;

export function registerStoreReadings(
  registry: Registry,
  { storeState }: { readonly storeState: () => ShownStore },
): void {
  registry.read({
    name: "skerry_store_written_bytes_total",
    help: "Bytes that the local store has handed to the file system since the start, log and " +
      "checkpoints included; by what they were written for.",
    type: "counter",
    labels: ["cause"],
    read: () =>
      Object.entries(storeState().writtenBytes ?? {}).map(([cause, value]) => ({
        labels: { cause },
        value,
      })),
  });
  registry.read({
    name: "skerry_store_writable",
    help: "Whether the local store can be written (1) or not (0).",
    type: "gauge",
    read: () => storeState().problem === null ? 1 : 0,
  });
}
