/** The runtime port's calls on sandboxes. */
import { label } from "../../core/cri/labels.ts";
import type { Sandbox } from "../../core/cri/types.ts";
import { NotFound } from "../../ports/errors.ts";
import type { Runtime } from "../../ports/runtime.ts";
import type { Channel } from "./channel.ts";
import { runtimeMethods } from "./methods.ts";
import { isResultUnreadable, removeDamagedResults } from "./network_results.ts";
import { listedSandbox, sandboxOfStatus } from "./sandbox_from_wire.ts";
import type { SandboxIndex } from "./sandbox_index.ts";
import { sandboxConfigToWire } from "./sandbox_to_wire.ts";

export type SandboxCalls = Pick<
  Runtime,
  "runSandbox" | "stopSandbox" | "removeSandbox" | "sandbox" | "listSandboxes"
>;

export interface RuntimeCallsDeps {
  readonly channel: Channel;
  /** The deadline of an ordinary call; some are granted a multiple of it, or it on top. */
  readonly timeoutMs: number;
  readonly index: SandboxIndex;
}

export function sandboxCalls({ channel, timeoutMs, index }: RuntimeCallsDeps): SandboxCalls {
  const stop = (id: string): Promise<void> =>
    unlessGone(channel.unary(runtimeMethods.stopPodSandbox, { podSandboxId: id }));

  return {
    async runSandbox(config, { handler = "" } = {}) {
      const request = { config: sandboxConfigToWire(config), runtimeHandler: handler };
      // Twice the time, as the kubelet grants it: the network's plugins may be slow.
      const options = { timeoutMs: 2 * timeoutMs };
      const { podSandboxId } = await channel.unary(runtimeMethods.runPodSandbox, request, options);
      return podSandboxId;
    },
    async stopSandbox(id) {
      try {
        await stop(id);
      } catch (error) {
        if (!isResultUnreadable(error) || !await removeDamagedResults(id)) throw error;
        await stop(id);
      }
    },
    async removeSandbox(id) {
      await unlessGone(channel.unary(runtimeMethods.removePodSandbox, { podSandboxId: id }));
      index.forgetSandbox(id);
    },
    async sandbox(id): Promise<Sandbox> {
      const request = { podSandboxId: id, verbose: false };
      const { status } = await channel.unary(runtimeMethods.podSandboxStatus, request);
      if (status === undefined) throw new NotFound(`the runtime has no status of sandbox "${id}"`);
      return sandboxOfStatus(status);
    },
    async listSandboxes({ podUid } = {}) {
      const filter = podUid === undefined
        ? undefined
        : { id: "", state: undefined, ...ofPod(podUid) };
      const { items } = await channel.unary(runtimeMethods.listPodSandbox, { filter });
      return items.map(listedSandbox);
    },
  };
}

/** The part of a filter that picks what belongs to one pod. */
export function ofPod(podUid: string): { readonly labelSelector: Record<string, string> } {
  return { labelSelector: { [label.podUid]: podUid } };
}

/** What is to be stopped or removed and is not there has reached that state already. */
export async function unlessGone(call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof NotFound)) throw error;
  }
}
