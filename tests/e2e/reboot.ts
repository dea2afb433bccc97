/** Ends processes of containers behind the agent's back, one or all of them. */
import { createCgroup } from "../lab/cgroups.ts";
import { powerOff } from "../lab/cleanup.ts";
import type { Lab } from "../lab/lab.ts";
import { isAlive, signal, waitUntil } from "../lab/processes.ts";
import { run } from "../lab/run.ts";
import { pidOf } from "./traces.ts";

/** Kills the first process of a container or of a sandbox (its pause). */
export async function killTask(lab: Lab, id: string): Promise<void> {
  const pid = await pidOf(lab, id);
  signal(pid, "SIGKILL");
  if (!(await waitUntil(() => !isAlive(pid), { timeoutMs: 60_000 }))) {
    throw new Error(`process ${pid} of ${id} survived SIGKILL`);
  }
}

/** The node loses its power and comes back: nothing runs, /run is empty, cgroups and mounts are gone; containerd is started. */
export async function reboot(lab: Lab): Promise<void> {
  await powerOff(lab);
  await run(["rm", "-rf", "--", `${lab.root}/containerd/state`]);
  createCgroup(lab.cgroupRoot);
  await lab.containerd.start();
}
