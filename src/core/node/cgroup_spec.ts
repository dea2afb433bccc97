/** One cgroup that shall exist with these values; pure code decides them, an adapter writes them. */

/** Values by controller file as cgroup v1 or v2 names it (`cpu.shares`, `memory.max`, `pids.max`, …), to be written in order. */
export interface CgroupSpec {
  /**
   * The path below each hierarchy's mount: `/kubepods/burstable/podUID`, or with systemd where systemd puts the slice,
   * `/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-podUID.slice`.
   */
  readonly path: string;
  readonly values: Readonly<Record<string, string>>;
}
