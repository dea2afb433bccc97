/** The agent's ports with their measurements. */
import type { AgentPorts } from "../agent_ports.ts";
import { measuredClock } from "./measured_clock.ts";
import { measuredCgroups, measuredImages, measuredRuntime } from "./measured_runtime.ts";
import { measuredStore } from "./measured_store.ts";

/** The ports as they are, where what goes through them is measured on the way. */
export function measuredPorts<P extends AgentPorts>(ports: P): P {
  const { clock, metrics } = ports;
  const deps = { clock, metrics: metrics.runtime };
  return {
    ...ports,
    clock: measuredClock(clock, metrics.process),
    runtime: measuredRuntime(ports.runtime, deps),
    images: measuredImages(ports.images, deps),
    cgroups: measuredCgroups(ports.cgroups, deps),
    store: measuredStore(ports.store, metrics.process),
  };
}
