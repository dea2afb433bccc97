/** Finds the container or the sandbox that somebody wants to reach into, with the kubelet's words where there is none. */
import { type Pod, withEphemeral } from "../core/k8s.ts";
import type { ContainerRef, StreamRequest } from "../core/stream/stream_request.ts";
import { Failed, NotFound } from "../ports/errors.ts";
import type { Runtime } from "../ports/runtime.ts";
import { newestPod } from "./pod_record.ts";
import type { Pods } from "./pods.ts";

export interface PodStreamsDeps {
  readonly pods: Pick<Pods, "list">;
  readonly runtime: Pick<
    Runtime,
    | "listContainers"
    | "listSandboxes"
    | "execUrl"
    | "attachUrl"
    | "portForwardUrl"
    | "execSync"
  >;
}

type PodRef = Omit<ContainerRef, "container">;

/**
 * Where the runtime's streaming server answers the request, once. Throws NotFound where there is no such pod, Failed where
 * nothing of that name runs in it, and what the runtime throws.
 */
export async function podStreamUrl(request: StreamRequest, deps: PodStreamsDeps): Promise<URL> {
  const { runtime } = deps;
  const pod = namedPod(request.target, deps);
  switch (request.kind) {
    case "exec": {
      const id = await runningContainer(pod, { ...request.target, runtime });
      return await runtime.execUrl(id, request);
    }
    case "attach": {
      const { container: name } = request.target;
      const id = await runningContainer(pod, { ...request.target, runtime });
      // A process has a terminal or has none, whatever its visitors ask for.
      const tty = withEphemeral(pod.spec).find((each) => each.name === name)?.tty === true;
      return await runtime.attachUrl(id, { ...request.streams, tty });
    }
    case "portForward": {
      const { ports } = request;
      return await runtime.portForwardUrl(await sandboxOf(pod, deps), ports && { ports });
    }
  }
}

/**
 * What a command wrote, its output before its complaints. Throws Failed, with the kubelet's words, for a command that fails;
 * otherwise as {@linkcode podStreamUrl}. The signal ends the command.
 */
export async function runInPod(
  target: ContainerRef,
  { command, signal }: { readonly command: readonly string[]; readonly signal?: AbortSignal },
  deps: PodStreamsDeps,
): Promise<Uint8Array> {
  const { runtime } = deps;
  const id = await runningContainer(namedPod(target, deps), { ...target, runtime });
  const end = await runtime.execSync(id, { command }, signal);
  if (end.kind === "TimedOut") throw new Failed(`command '${command.join(" ")}' timed out`);
  const { exitCode, stdout, stderr } = end;
  if (exitCode !== 0) {
    throw new Failed(`command '${command.join(" ")}' exited with ${exitCode}: ${stderr}`);
  }
  return new TextEncoder().encode(stdout + stderr);
}

function namedPod({ namespace, pod: name, uid }: PodRef, { pods }: PodStreamsDeps): Pod {
  const pod = pods.list().map(newestPod)
    .find((each) => each?.metadata.namespace === namespace && each.metadata.name === name);
  if (pod === null || pod === undefined) throw new NotFound("pod does not exist");
  if (uid !== undefined && pod.metadata.uid !== uid) throw new NotFound("pod not found");
  return pod;
}

async function runningContainer(
  { metadata: { uid } }: Pod,
  { container, runtime }: Pick<ContainerRef, "container"> & Pick<PodStreamsDeps, "runtime">,
): Promise<string> {
  const containers = await runtime.listContainers({ podUid: uid });
  const running = containers.find(({ name, state }) => name === container && state === "Running");
  if (running === undefined) throw new Failed(`container not found ("${container}")`);
  return running.id;
}

/** The newest one, if anything of the pod is still there. */
async function sandboxOf(
  { metadata: { namespace, name, uid } }: Pod,
  { runtime }: PodStreamsDeps,
): Promise<string> {
  const sandboxes = await runtime.listSandboxes({ podUid: uid });
  const [newest] = sandboxes.toSorted((a, b) => b.metadata.attempt - a.metadata.attempt);
  if (newest === undefined) throw new Failed(`pod not found ("${name}_${namespace}")`);
  return newest.id;
}
