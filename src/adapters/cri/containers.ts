/** The runtime port's calls on containers. */
import type { ContainerRecord, ContainerSummary } from "../../core/cri/types.ts";
import { NotFound } from "../../ports/errors.ts";
import type { Runtime } from "../../ports/runtime.ts";
import type { Channel } from "./channel.ts";
import { containerRecord, containerSummary } from "./container_from_wire.ts";
import { containerConfigToWire } from "./container_to_wire.ts";
import { containerUsage } from "./usage_from_wire.ts";
import { bare } from "./errors.ts";
import type { ContainerFilter } from "./gen/runtime/v1/container.ts";
import { runtimeMethods } from "./methods.ts";
import { ofPod, type RuntimeCallsDeps, unlessGone } from "./sandboxes.ts";
import { sandboxConfigToWire } from "./sandbox_to_wire.ts";

export type ContainerCalls = Pick<
  Runtime,
  | "createContainer"
  | "startContainer"
  | "stopContainer"
  | "removeContainer"
  | "container"
  | "listContainers"
  | "writtenBytes"
  | "usage"
  | "reopenLog"
>;

export function containerCalls(deps: RuntimeCallsDeps): ContainerCalls {
  const { channel, timeoutMs, index } = deps;
  const list = async (filter: Partial<ContainerFilter>): Promise<readonly ContainerSummary[]> => {
    const listed = await listContainers(channel, filter);
    listed.forEach(index.learn);
    return listed;
  };
  const sandboxOf = async (id: string): Promise<string> =>
    index.sandboxOf(id) ?? (await list({ id }))[0]?.sandboxId ?? "";
  return {
    async createContainer({ sandboxId, config, sandboxConfig }) {
      const request = {
        podSandboxId: sandboxId,
        config: containerConfigToWire(config),
        sandboxConfig: sandboxConfigToWire(sandboxConfig),
      };
      const { containerId } = await bareWords(
        channel.unary(runtimeMethods.createContainer, request),
      );
      index.learn({ id: containerId, sandboxId });
      return containerId;
    },
    async startContainer(id) {
      await bareWords(channel.unary(runtimeMethods.startContainer, { containerId: id }));
    },
    async stopContainer(id, { graceSeconds }) {
      const request = { containerId: id, timeout: BigInt(Math.ceil(graceSeconds)) };
      const options = { timeoutMs: graceSeconds * 1000 + timeoutMs };
      await unlessGone(channel.unary(runtimeMethods.stopContainer, request, options));
    },
    async removeContainer(id) {
      await unlessGone(channel.unary(runtimeMethods.removeContainer, { containerId: id }));
      index.forgetContainer(id);
    },
    async container(id): Promise<ContainerRecord> {
      const request = { containerId: id, verbose: false };
      const { status } = await channel.unary(runtimeMethods.containerStatus, request);
      if (status === undefined) {
        throw new NotFound(`the runtime has no status of container "${id}"`);
      }
      return containerRecord(status, { sandboxId: await sandboxOf(status.id) });
    },
    listContainers: ({ podUid } = {}) => list(podUid === undefined ? {} : ofPod(podUid)),
    async writtenBytes({ podUid }) {
      const filter = { id: "", podSandboxId: "", ...ofPod(podUid) };
      const { stats } = await channel.unary(runtimeMethods.listContainerStats, { filter });
      return new Map(stats.flatMap(({ attributes, writableLayer }) => {
        const bytes = writableLayer?.usedBytes?.value;
        return attributes === undefined || bytes === undefined
          ? []
          : [[attributes.id, Number(bytes)]];
      }));
    },
    async usage() {
      const { stats } = await channel.unary(runtimeMethods.listContainerStats, {
        filter: undefined,
      });
      return new Map(stats.flatMap((each) => {
        const id = each.attributes?.id;
        return id === undefined ? [] : [[id, containerUsage(each)]];
      }));
    },
    async reopenLog(id) {
      await channel.unary(runtimeMethods.reopenContainerLog, { containerId: id });
    },
  };
}

async function listContainers(
  channel: Channel,
  filter: Partial<ContainerFilter>,
): Promise<readonly ContainerSummary[]> {
  const everything = { id: "", state: undefined, podSandboxId: "", labelSelector: {} };
  const request = { filter: { ...everything, ...filter } };
  const { containers } = await channel.unary(runtimeMethods.listContainers, request);
  return containers.map(containerSummary);
}

async function bareWords<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    throw bare(error);
  }
}
