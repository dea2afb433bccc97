/** How much the program's log says; it can be changed while the program runs. */
export interface Verbosity {
  /** klog's `-v`: 4 and more shows debug records, 6 and more trace records. */
  level(): number;
  change(level: number): void;
}
