/** What the parts of a store in memory share: one disk, which can be full. */
import { Unavailable } from "../../src/ports/errors.ts";

export class FakeDisk {
  /** Set to make every write fail. */
  full = false;
  /** Set where a damaged store was set aside: its path. */
  setAside: string | null = null;
  /** How many writes were done. */
  writes = 0;

  write(change: () => void): Promise<void> {
    if (this.full) return Promise.reject(new Unavailable("store: database or disk is full"));
    this.writes += 1;
    change();
    return Promise.resolve();
  }
}
