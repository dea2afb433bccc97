/** What this process takes up of the machine. */

export interface ProcessUse {
  /** Seconds on all processors since its start. */
  readonly cpuSeconds: number;
  readonly residentBytes: number;
  readonly virtualBytes: number;
  readonly openFiles: number;
  /** Infinity for no limit. */
  readonly maxOpenFiles: number;
}

/** Null where the kernel does not tell. */
export type ReadProcessUse = () => ProcessUse | null;
