/** The runtime port's calls that give addresses of the runtime's streaming server. */
import { second } from "../../core/instant.ts";
import { Failed, messageOf, Unavailable } from "../../ports/errors.ts";
import type { Runtime } from "../../ports/runtime.ts";
import type { Channel } from "./channel.ts";
import { isExhausted } from "./errors.ts";
import { runtimeMethods } from "./methods.ts";

export type StreamCalls = Pick<Runtime, "execUrl" | "attachUrl" | "portForwardUrl">;

export function streamCalls(channel: Channel): StreamCalls {
  return {
    execUrl: (containerId, { command, streams }) =>
      address(channel.unary(runtimeMethods.exec, { containerId, cmd: command, ...streams })),
    attachUrl: (containerId, streams) =>
      address(channel.unary(runtimeMethods.attach, { containerId, ...streams })),
    portForwardUrl: (podSandboxId, { ports = [] } = {}) =>
      address(channel.unary(runtimeMethods.portForward, { podSandboxId, port: ports })),
  };
}

/** How long an address that nobody uses takes one of the runtime's places for them. */
const unusedMs = 60 * second;

async function address(call: Promise<{ readonly url: string }>): Promise<URL> {
  const { url } = await call.catch((cause: unknown) => {
    if (!isExhausted(cause)) throw cause;
    throw new Unavailable(messageOf(cause), { cause, retryAfterMs: unusedMs });
  });
  const parsed = urlOrNull(url);
  if (parsed === null) throw new Failed(`the runtime's streaming address cannot be read: ${url}`);
  return parsed;
}

/** Some runtimes leave out the scheme. */
function urlOrNull(text: string): URL | null {
  return URL.parse(text, "http://127.0.0.1");
}
