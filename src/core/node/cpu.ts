/** CPU amounts as the kernel's scheduler takes them. */

/** The least and most shares the kernel knows. */
const minShares = 2;
const maxShares = 262_144;
/** The least CPU time in a period, in microseconds. */
const minQuotaUs = 1_000;

/** Thousandths of a core to relative shares (cgroup v1 `cpu.shares`): 1024 for a core, at least 2. */
export function milliCpuToShares(milliCpu: number): number {
  const shares = Math.floor(milliCpu * 1024 / 1000);
  return Math.min(Math.max(shares, minShares), maxShares);
}

/** Thousandths of a core to microseconds of CPU time in each period; 0 (no limit) for none, at least 1 ms otherwise. */
export function milliCpuToQuota(
  { milliCpu, periodUs }: { readonly milliCpu: number; readonly periodUs: number },
): number {
  if (milliCpu === 0) return 0;
  return Math.max(Math.floor(milliCpu * periodUs / 1000), minQuotaUs);
}

/**
 * Shares to a weight of cgroup v2 (`cpu.weight`, 1 to 10000): the linear rule of KEP-2254, which runc used until 1.3. Newer
 * runtimes bend the line for containers; here all pods of a node are weighed against each other by one rule.
 * @see https://github.com/kubernetes/enhancements/tree/master/keps/sig-node/2254-cgroup-v2
 */
export function sharesToWeight(shares: number): number {
  return 1 + Math.floor((shares - minShares) * 9_999 / (maxShares - minShares));
}
