/** CRI's own stream of container events (KEP-3386; containerd 1.7 and later). */
import type { RuntimeEvent } from "../../core/cri/types.ts";
import type { Channel } from "./channel.ts";
import { type ContainerEventResponse, ContainerEventType } from "./gen/runtime/v1/event.ts";
import { runtimeMethods } from "./methods.ts";
import { instantOf } from "./time.ts";

const types: Readonly<Record<ContainerEventType, RuntimeEvent["type"]>> = {
  [ContainerEventType.CONTAINER_CREATED_EVENT]: "Created",
  [ContainerEventType.CONTAINER_STARTED_EVENT]: "Started",
  [ContainerEventType.CONTAINER_STOPPED_EVENT]: "Exited",
  [ContainerEventType.CONTAINER_DELETED_EVENT]: "Deleted",
};

/** Throws what the channel throws. */
export async function* criEvents(
  channel: Channel,
  signal: AbortSignal,
): AsyncGenerator<RuntimeEvent> {
  const events = channel.stream(runtimeMethods.getContainerEvents, {}, { signal });
  for await (const event of events) yield eventOf(event);
}

function eventOf(event: ContainerEventResponse): RuntimeEvent {
  const podUid = event.podSandboxStatus?.metadata?.uid;
  return {
    type: types[event.containerEventType],
    containerId: event.containerId,
    at: instantOf(event.createdAt),
    ...(podUid && { podUid }),
  };
}
