/** The values of a pod's cgroup as properties of a systemd slice. */
import type { CgroupSpec } from "../../core/node/cgroup_spec.ts";
import type { Property, Variant } from "./dbus_message.ts";

/** systemd's "infinity". */
const NO_LIMIT = 2n ** 64n - 1n;
const MICROSECONDS = 1_000_000n;

const uint64 = (value: bigint): Variant => ({ type: "t", value });
const limit = (text: string): Variant =>
  uint64(text === "max" || text.startsWith("-") ? NO_LIMIT : BigInt(text));

/**
 * systemd writes a unit's properties to the cgroup again whenever it likes, so what is to last must be told to it. Files that it
 * has no property for are written by hand only.
 * @see systemd.resource-control(5)
 */
export function sliceProperties(values: CgroupSpec["values"]): readonly Property[] {
  return Object.entries(values).flatMap(([file, value]) => propertiesOf(file, value, values));
}

function propertiesOf(
  file: string,
  value: string,
  values: CgroupSpec["values"],
): readonly Property[] {
  switch (file) {
    case "cpu.shares":
      return [["CPUShares", limit(value)]];
    case "cpu.weight":
      return [["CPUWeight", limit(value)]];
    case "cpu.cfs_quota_us":
      return cpuQuota(value, values["cpu.cfs_period_us"] ?? "100000");
    case "cpu.max": {
      const [quota = "max", period = "100000"] = value.split(" ");
      return cpuQuota(quota, period);
    }
    case "memory.limit_in_bytes":
      return [["MemoryLimit", limit(value)]];
    case "memory.max":
      return [["MemoryMax", limit(value)]];
    case "pids.max":
      return [["TasksMax", limit(value)]];
    default:
      return [];
  }
}

/** systemd keeps the quota a second, in steps of 10 ms: rounded up, so that nobody gets less than was asked for. */
function cpuQuota(quota: string, period: string): readonly Property[] {
  const step = 10_000n;
  const unlimited = quota === "max" || quota.startsWith("-");
  const perSecond = unlimited ? NO_LIMIT : BigInt(quota) * MICROSECONDS / BigInt(period);
  const rounded = unlimited ? NO_LIMIT : (perSecond + step - 1n) / step * step;
  return [
    ["CPUQuotaPeriodUSec", uint64(BigInt(period))],
    ["CPUQuotaPerSecUSec", uint64(rounded)],
  ];
}
