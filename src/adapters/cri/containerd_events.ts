/** containerd's own event stream, read for what CRI's would tell and for containers out of memory. */
import type { RuntimeEvent } from "../../core/cri/types.ts";
import type { Channel } from "./channel.ts";
import {
  ContainerCreate,
  ContainerDelete,
  TaskExit,
  TaskOOM,
  TaskStart,
} from "./gen/containerd/events/events.ts";
import type { Envelope } from "./gen/containerd/services/events/v1/events.ts";
import { containerdHeaders, containerdMethods, containerdNamespace } from "./methods.ts";
import { instantOfTimestamp } from "./time.ts";

type Read = (bytes: Uint8Array) => Pick<RuntimeEvent, "type" | "containerId"> | null;

/** What each topic means; null where it does not concern a container. */
const topics: Readonly<Record<string, Read>> = {
  "/containers/create": (bytes) => ({
    type: "Created",
    containerId: ContainerCreate.decode(bytes).id,
  }),
  "/tasks/start": (bytes) => ({
    type: "Started",
    containerId: TaskStart.decode(bytes).containerId,
  }),
  "/tasks/exit": readExit,
  "/tasks/oom": (bytes) => ({
    type: "OutOfMemory",
    containerId: TaskOOM.decode(bytes).containerId,
  }),
  "/containers/delete": (bytes) => ({
    type: "Deleted",
    containerId: ContainerDelete.decode(bytes).id,
  }),
};

/** A command that was run in the container (exec) has an ID of its own; its end is not the container's. */
function readExit(bytes: Uint8Array): ReturnType<Read> {
  const { id, containerId } = TaskExit.decode(bytes);
  return id === containerId ? { type: "Exited", containerId } : null;
}

const filters = Object.keys(topics)
  .map((topic) => `namespace==${containerdNamespace},topic=="${topic}"`);

/** Throws what the channel throws. */
export async function* containerdEvents(
  channel: Channel,
  signal: AbortSignal,
): AsyncGenerator<RuntimeEvent> {
  const options = { signal, headers: containerdHeaders };
  const envelopes = channel.stream(containerdMethods.subscribe, { filters }, options);
  for await (const envelope of envelopes) {
    const event = eventOf(envelope);
    if (event !== null) yield event;
  }
}

/** Exported for its test. */
export function eventOf({ topic, event, timestamp }: Envelope): RuntimeEvent | null {
  if (event === undefined) return null;
  const said = topics[topic]?.(event.value) ?? null;
  return said && { ...said, at: timestamp === undefined ? 0 : instantOfTimestamp(timestamp) };
}
