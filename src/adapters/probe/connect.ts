/** Opens a TCP connection to see whether somebody takes it. */
import net from "node:net";
import type { ConnectAnswer } from "../../core/probe/answer.ts";
import { joinHostPort, type Target } from "../../core/probe/target.ts";
import { messageOf } from "../../ports/errors.ts";
import type { ProbeLimits } from "../../ports/probes.ts";
import { type Limited, withLimits } from "./limits.ts";
import { dialText } from "./network_error.ts";

/** As {@linkcode Probes.connect} has it. */
export async function connect(target: Target, limits: ProbeLimits): Promise<ConnectAnswer> {
  return await withLimits(limits, (limited) => connectOnce(target, limited));
}

function connectOnce(target: Target, { signal, isTimeout }: Limited): Promise<ConnectAnswer> {
  return new Promise((resolve) => {
    const { host, port } = target;
    const socket = net.connect({ host, port });
    const end = (answer: ConnectAnswer): void => {
      signal.removeEventListener("abort", giveUp);
      socket.destroy();
      resolve(answer);
    };
    const giveUp = (): void => {
      const message = isTimeout()
        ? `dial tcp ${joinHostPort(target)}: i/o timeout`
        : messageOf(signal.reason);
      end({ kind: "Failed", message });
    };
    signal.addEventListener("abort", giveUp, { once: true });
    socket.on("connect", () => end({ kind: "Connected" }));
    socket.on("error", (error) => {
      end({ kind: "Failed", message: dialText(error, target) ?? messageOf(error) });
    });
  });
}
