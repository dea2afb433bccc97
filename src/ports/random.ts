/** Randomness, so that tests can repeat what production rolls. */

export interface Random {
  /** A number in [0, 1). */
  next(): number;
}
