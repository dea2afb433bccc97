/** What files take up on disk. */

export interface DiskUse {
  /** Allocated blocks. */
  readonly usedBytes: number;
  readonly inodesUsed: number;
}

export const nothingOnDisk: DiskUse = { usedBytes: 0, inodesUsed: 0 };

/** Of several places together. */
export function sumOfDiskUse(uses: readonly DiskUse[]): DiskUse {
  return uses.reduce((sum, { usedBytes, inodesUsed }) => ({
    usedBytes: sum.usedBytes + usedBytes,
    inodesUsed: sum.inodesUsed + inodesUsed,
  }), nothingOnDisk);
}
