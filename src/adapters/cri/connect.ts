/** Connects to a container runtime: the runtime and images ports over one CRI connection. */
import type { Clock } from "../../ports/clock.ts";
import type { Images } from "../../ports/images.ts";
import type { Log } from "../../ports/log.ts";
import type { Runtime } from "../../ports/runtime.ts";
import { openChannel } from "./channel.ts";
import { socketPath } from "./endpoint.ts";
import { criImages } from "./images.ts";
import { criRuntime } from "./runtime.ts";

export interface CriOptions {
  /** `containerRuntimeEndpoint`, such as `unix:///run/containerd/containerd.sock`. */
  readonly endpoint: string;
  /** `imageServiceEndpoint`; the runtime's own unless given. */
  readonly imageEndpoint?: string;
  /** `runtimeRequestTimeout`: the deadline of a call, 2 minutes unless given. Some calls are granted more. */
  readonly requestTimeoutMs?: number;
  readonly clock: Clock;
  readonly log: Log;
}

export interface Cri {
  readonly runtime: Runtime;
  readonly images: Images;
  /** Calls under way still come to their end; event streams end by their own signal. */
  close(): void;
}

/** The kubelet's default of `runtimeRequestTimeout`. */
const defaultTimeoutMs = 120_000;

/**
 * Nothing is sent before the first call, and a runtime that is away is found again by itself. Throws Invalid where an
 * endpoint is not a unix socket.
 */
export function connectCri(options: CriOptions): Cri {
  const { endpoint, imageEndpoint = endpoint, clock, log } = options;
  const timeoutMs = options.requestTimeoutMs ?? defaultTimeoutMs;
  const socket = socketPath({ endpoint, setting: "containerRuntimeEndpoint" });
  const imageSocket = socketPath({ endpoint: imageEndpoint, setting: "imageServiceEndpoint" });
  const channel = openChannel({ socket, timeoutMs });
  const imageChannel = imageSocket === socket
    ? channel
    : openChannel({ socket: imageSocket, timeoutMs });
  return {
    runtime: criRuntime({ channel, timeoutMs, log }),
    images: criImages({ channel: imageChannel, socket: imageSocket, clock }),
    close() {
      channel.close();
      if (imageChannel !== channel) imageChannel.close();
    },
  };
}
