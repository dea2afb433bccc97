/** The floor of a pod's start: the three CRI calls that nobody can do without, by the agent's own client. */
import { systemClock } from "../../src/adapters/clock.ts";
import { connectCri, type CriConnection } from "../../src/adapters/cri/connect.ts";
import { containerConfig } from "../../src/core/cri/container_config.ts";
import { sandboxConfig } from "../../src/core/cri/sandbox_config.ts";
import type { ContainerConfig, Image, SandboxConfig } from "../../src/core/cri/types.ts";
import type { NodeSettings } from "../../src/core/node/settings.ts";
import type { Pod } from "../../src/core/k8s.ts";
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
  const connection = connectCri({
    endpoint: lab.endpoint,
    clock: systemClock(),
    log: fakeLog(),
    requestTimeoutMs: 120_000,
  });
  const image = await connection.images.status(IMAGES.busybox);
  if (image === null) throw new Error(`the lab has no image ${IMAGES.busybox}`);
  let made = 0;

  async function start(count: number): Promise<number> {
    const jobs = await Promise.all(
      Array.from({ length: count }, () => prepare(lab, { name: `floor-${made++}`, image })),
    );
    const began = performance.now();
    const ids = await Promise.all(jobs.map((job) => startPod(connection, job)));
    const took = performance.now() - began;
    await Promise.all(ids.map((id) => removePod(connection, id)));
    return took;
  }

  return { start, close: () => connection.close() };
}

interface Job {
  readonly sandbox: SandboxConfig;
  readonly container: ContainerConfig;
}

/** What the runtime is told is what the agent tells it; the files that are mounted are made beforehand. */
async function prepare(
  lab: Lab,
  { name, image }: { readonly name: string; readonly image: Image },
): Promise<Job> {
  const node = nodeSettings(lab);
  const pod: Pod = sleeper(name);
  const [container] = pod.spec.containers;
  if (container === undefined) throw new Error("a sleeper has a container");
  const config = containerConfig({ pod, container, attempt: 0, node, image, podIps: [] });
  if (!config.ok) throw new Error(config.error.message);
  const sandbox = sandboxConfig({ pod, attempt: 0, node });
  await Deno.mkdir(`${sandbox.logDirectory}/${container.name}`, { recursive: true });
  for (const { hostPath } of config.value.mounts) {
    await Deno.mkdir(hostPath.slice(0, hostPath.lastIndexOf("/")), { recursive: true });
    await Deno.writeTextFile(hostPath, "");
  }
  return { sandbox, container: config.value };
}

async function startPod({ runtime }: CriConnection, { sandbox, container }: Job): Promise<string> {
  const sandboxId = await runtime.runSandbox(sandbox);
  const request = { sandboxId, config: container, sandboxConfig: sandbox };
  await runtime.startContainer(await runtime.createContainer(request));
  return sandboxId;
}

async function removePod({ runtime }: CriConnection, sandboxId: string): Promise<void> {
  await runtime.stopSandbox(sandboxId);
  await runtime.removeSandbox(sandboxId);
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
    clusterDns: [],
    clusterDomain: "",
  };
}
