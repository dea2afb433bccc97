/** The runtime port over CRI's RuntimeService. */
import type { RuntimeStatus, RuntimeVersion } from "../../core/cri/types.ts";
import { Failed } from "../../ports/errors.ts";
import type { Log } from "../../ports/log.ts";
import type { Runtime } from "../../ports/runtime.ts";
import type { Channel } from "./channel.ts";
import { containerCalls } from "./containers.ts";
import { isUnimplemented } from "./errors.ts";
import { execSync } from "./exec_sync.ts";
import { runtimeEvents } from "./events.ts";
import { CgroupDriver } from "./gen/runtime/v1/runtime.ts";
import { kubeletApiVersion, runtimeMethods } from "./methods.ts";
import { runtimeStatus } from "./runtime_from_wire.ts";
import { createSandboxIndex } from "./sandbox_index.ts";
import { sandboxCalls } from "./sandboxes.ts";
import { streamCalls } from "./streams.ts";

export interface CriRuntimeDeps {
  readonly channel: Channel;
  /** For calls that take longer than others: they are granted a multiple of it, or it on top. */
  readonly timeoutMs: number;
  readonly log: Log;
}

export function criRuntime({ channel, timeoutMs, log }: CriRuntimeDeps): Runtime {
  const deps = { channel, timeoutMs, index: createSandboxIndex() };
  return {
    ...sandboxCalls(deps),
    ...containerCalls(deps),
    ...streamCalls(channel),
    execSync: (id, request, signal) => execSync(channel, { ...request, id, signal }),
    version: () => version(channel),
    status: () => status(channel),
    cgroupDriver: () => cgroupDriver(channel),
    events: (signal) => runtimeEvents({ channel, log }, signal),
  };
}

async function version(channel: Channel): Promise<RuntimeVersion> {
  try {
    const said = await channel.unary(runtimeMethods.version, { version: kubeletApiVersion });
    return {
      name: said.runtimeName,
      version: said.runtimeVersion,
      apiVersion: said.runtimeApiVersion,
    };
  } catch (cause) {
    if (!isUnimplemented(cause)) throw cause;
    throw new Failed(
      "CRI v1 runtime API is not implemented: is the CRI plugin of containerd disabled, " +
        "or containerd older than 1.6?",
      { cause },
    );
  }
}

async function status(channel: Channel): Promise<RuntimeStatus> {
  return runtimeStatus(await channel.unary(runtimeMethods.status, { verbose: false }));
}

async function cgroupDriver(channel: Channel): Promise<"cgroupfs" | "systemd" | null> {
  try {
    const { linux } = await channel.unary(runtimeMethods.runtimeConfig, {});
    if (linux === undefined) return null;
    return linux.cgroupDriver === CgroupDriver.SYSTEMD ? "systemd" : "cgroupfs";
  } catch (error) {
    if (isUnimplemented(error)) return null;
    throw error;
  }
}
