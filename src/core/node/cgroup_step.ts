/** One cgroup that shall exist with these values; pure code decides them, an adapter writes them. */

/** Values by controller file as cgroup v1 or v2 names it (`cpu.shares`, `memory.max`, `pids.max`, …). */
export interface CgroupSpec {
  /** The path below each hierarchy's mount, such as `/kubepods/burstable/podUID`, or the slice's name with systemd. */
  readonly path: string;
  readonly values: Readonly<Record<string, string>>;
}
