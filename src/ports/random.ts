/** Chance, for jitter. */
export interface Random {
  /** At least 0, less than 1. */
  fraction(): number;
}
