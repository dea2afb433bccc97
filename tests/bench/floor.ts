/** The floor of a pod's start: the three CRI calls that nobody can do without, by the agent's own client. */
import { systemClock } from "../../src/adapters/clock.ts";
import { connectCri } from "../../src/adapters/cri/connect.ts";
import { linuxCgroups } from "../../src/adapters/linux/cgroups.ts";
import { linuxFiles } from "../../src/adapters/linux/files.ts";
import { type RemovalDeps, removePodFiles } from "../../src/agent/removal.ts";
import { containerConfig } from "../../src/core/cri/container_config.ts";
import { sandboxConfig } from "../../src/core/cri/sandbox_config.ts";
import type { ContainerConfig, Image, SandboxConfig } from "../../src/core/cri/types.ts";
import type { Pod } from "../../src/core/k8s.ts";
import { podCgroup } from "../../src/core/node/pod_cgroup.ts";
import type { NodeSettings } from "../../src/core/node/settings.ts";
import { containerSteps, hostsSteps, podSteps } from "../../src/core/volume/pod_steps.ts";
import { fakeLog } from "../fakes/log.ts";
import { IMAGES } from "../lab/images.ts";
import type { Lab } from "../lab/lab.ts";
import { sleeper } from "./pods.ts";

/** Starts pods without an agent. */
export interface Floor {
  /** Starts so many pods side by side, gives the milliseconds until the last one runs, and removes them. */
  start(count: number): Promise<number>;
  close(): void;
}

export async function openFloor(lab: Lab): Promise<Floor> {
  const clock = systemClock();
  const log = fakeLog();
  const { runtime, images, close } = connectCri({ endpoint: lab.endpoint, clock, log });
  const image = await images.status(IMAGES.busybox);
  if (image === null) throw new Error(`the lab has no image ${IMAGES.busybox}`);
  const cgroups = linuxCgroups({ version: 1, driver: "cgroupfs", clock });
  const node = nodeSettings(lab);
  const parts = { runtime, image, files: linuxFiles(), cgroups, node };
  let made = 0;

  async function start(count: number): Promise<number> {
    const pods = Array.from({ length: count }, () => sleeper(`floor-${made++}`));
    const jobs = await Promise.all(pods.map((pod) => prepare(pod, parts)));
    const began = performance.now();
    const ids = await Promise.all(jobs.map((job) => startPod(job, parts)));
    const took = performance.now() - began;
    await Promise.all(ids.map((id) => removeSandbox(id, parts)));
    for (const { metadata } of pods) await removePodFiles({ subject: metadata }, parts);
    return took;
  }

  return { start, close };
}

interface Parts extends RemovalDeps {
  readonly image: Image;
}

interface Job {
  readonly sandbox: SandboxConfig;
  readonly container: ContainerConfig;
}

/** For the hosts file, which is mounted as the agent mounts it; of the range for documentation. */
const podIps = ["192.0.2.1"];

/** The runtime is told what the agent tells it; the cgroup, directories and files that it is told of are made beforehand. */
async function prepare(pod: Pod, { image, files, cgroups, node }: Parts): Promise<Job> {
  const [container] = pod.spec.containers;
  if (container === undefined) throw new Error("a sleeper has a container");
  const about = { pod, container, attempt: 0, node, podIps };
  const config = containerConfig({ ...about, image, env: new Map(), recursiveReadOnly: false });
  if (!config.ok) throw new Error(config.error.message);
  const cgroup = podCgroup(about);
  if (cgroup !== null) await cgroups.ensure(cgroup);
  await files.apply([...podSteps(about), ...hostsSteps(about), ...containerSteps(about)]);
  return { sandbox: sandboxConfig(about), container: config.value };
}

async function startPod({ sandbox, container }: Job, { runtime }: Parts): Promise<string> {
  const sandboxId = await runtime.runSandbox(sandbox);
  const request = { sandboxId, config: container, sandboxConfig: sandbox };
  await runtime.startContainer(await runtime.createContainer(request));
  return sandboxId;
}

async function removeSandbox(id: string, { runtime }: Parts): Promise<void> {
  await runtime.stopSandbox(id);
  await runtime.removeSandbox(id);
}

function nodeSettings(lab: Lab): NodeSettings {
  return {
    nodeName: "floor",
    paths: { rootDir: `${lab.workDir}/floor`, podLogsDir: `${lab.workDir}/floor/logs` },
    cgroups: {
      version: 1,
      driver: "cgroupfs",
      swapAccounting: false,
      root: lab.cgroupRoot,
      perQos: true,
      cpuCfsQuota: true,
      cpuCfsQuotaPeriodMs: 100,
      podPidsLimit: -1,
    },
    memoryCapacityBytes: 1024 ** 3,
    cpuCapacityMilli: 2_000,
    hostDns: { servers: [], searches: [], options: [] },
    hostsFile: "",
    maskedPaths: [],
    seccompDefault: false,
    clusterDns: [],
    clusterDomain: "",
  };
}
