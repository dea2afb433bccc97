/** Looks into the running program itself: where its time and its memory go. What it gives holds names and sizes, no values. */
export interface Profiler {
  /** Sizes of the process and of V8's heap, in bytes. */
  memory(): Promise<ProgramMemory>;
  /**
   * Samples for so long where the time goes, or which code allocates. Gives the JSON that Chrome's DevTools read as `.cpuprofile` and
   * `.heapprofile`. Throws Conflict while another one is made, and the signal's reason.
   */
  profile(kind: ProfileKind, options: ProfileOptions): Promise<string>;
}

export type ProfileKind = "cpu" | "allocations";

export interface ProfileOptions {
  readonly ms: number;
  readonly signal: AbortSignal;
}

/** As Deno and V8 name them. */
export interface ProgramMemory {
  readonly process: Readonly<Record<string, number>>;
  readonly heap: Readonly<Record<string, number>>;
  readonly spaces: readonly Readonly<Record<string, string | number>>[];
}
