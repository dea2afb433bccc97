/** Refuses to start where the configuration forbids what the machine is, as the kubelet does. */
import { cgroupVersion, memoryFacts } from "../../adapters/linux/node_facts.ts";
import { CliError } from "../command.ts";
import type { Configuration } from "../config/configuration.ts";

/** Throws `CliError`. */
export function checkPreconditions(
  { failSwapOn, failCgroupV1 }: Pick<Configuration, "failSwapOn" | "failCgroupV1">,
): void {
  if (Deno.uid() !== 0) {
    throw new CliError("the agent needs root: it mounts volumes and writes cgroups", {
      hint: "start it with sudo, or as the service that install.sh sets up",
    });
  }
  if (failSwapOn && memoryFacts().swapBytes > 0) {
    throw new CliError("running with swap on is not supported, and failSwapOn is true", {
      hint: "turn swap off (swapoff -a), or set failSwapOn: false",
    });
  }
  if (failCgroupV1 && cgroupVersion() === 1) {
    throw new CliError("this machine uses cgroup v1, and failCgroupV1 is true", {
      hint: "boot with systemd.unified_cgroup_hierarchy=1, or set failCgroupV1: false",
    });
  }
}
