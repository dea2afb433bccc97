/** A place that pods come from, such as the folder of manifests. */
import type { Pod } from "../core/k8s.ts";

/** Something in the source that is not a pod, told to people once. */
export interface SourceProblem {
  /** The file; the folder itself when that is what is wrong. */
  readonly path: string;
  /** From 1; 0 where the whole file is meant. */
  readonly line: number;
  readonly column: number;
  /** What is wrong and what was expected. */
  readonly message: string;
}

/** All that the source says at one time. */
export interface SourceSnapshot {
  /**
   * False: the source could not be asked, and `pods` is what it last knew (nothing, if it never answered). A pod that is
   * missing from an unavailable source has not been deleted.
   */
  readonly available: boolean;
  readonly pods: readonly Pod[];
  readonly problems: readonly SourceProblem[];
}

/** Trouble with the source is part of what it says and throws nothing. */
export interface PodSource {
  /** What people and the status call it. */
  readonly name: string;
  /** The first snapshot comes at once, the next ones when something changed. Ends when the signal aborts. */
  snapshots(signal: AbortSignal): AsyncIterable<SourceSnapshot>;
}
