/** Finds the log that somebody wants to read, with the kubelet's words where there is none. */
import { type K8sContainerStatus, type Pod, withEphemeral } from "../core/k8s.ts";
import type { PodLogRequest } from "../core/log/pod_log_request.ts";
import { containerStatuses } from "../core/pod/container_statuses.ts";
import { findPod } from "../core/pod/find_pod.ts";
import { isAlive } from "../core/pod/observed.ts";
import { Invalid, NotFound } from "../ports/errors.ts";
import type { LogFiles } from "../ports/log_files.ts";
import { newestPod, type PodRecord } from "./pod_record.ts";
import type { Pods } from "./pods.ts";

export interface PodLogsDeps {
  readonly pods: Pick<Pods, "list">;
  readonly logFiles: Pick<LogFiles, "read" | "size">;
}

/** kubectl's annotation for pods with several containers. */
const defaultContainerAnnotation = "kubectl.kubernetes.io/default-container";

/** The log's bytes. Throws NotFound or Invalid before the first of them. @see LogFiles.read */
export async function podLogs(
  request: PodLogRequest,
  { pods, logFiles }: PodLogsDeps,
  signal: AbortSignal,
): Promise<AsyncIterable<Uint8Array>> {
  const pod = meantPod(request, pods);
  const name = containerOf(request, pod);
  const id = runToRead(statusOf(name, pod), { ...request, pod, container: name });
  const path = pod.record.seen.containers.find((run) => run.id === id)?.logPath;
  if (path === undefined || await logFiles.size(path) === null) {
    throw new NotFound(`unable to retrieve container logs for containerd://${id}`);
  }
  const isEnded = (): boolean => !pods.list().some((each) => isRunning(each, id));
  return logFiles.read({ path, options: request, isEnded }, signal);
}

function isRunning({ seen }: PodRecord, id: string): boolean {
  return seen.containers.some((run) => run.id === id && isAlive(run));
}

/** A pod with what the agent holds of it. */
interface KnownPod extends Pod {
  readonly record: PodRecord;
}

function meantPod({ namespace, name }: PodLogRequest, pods: PodLogsDeps["pods"]): KnownPod {
  const known = pods.list().flatMap((record): readonly KnownPod[] => {
    const pod = newestPod(record);
    return pod === null ? [] : [{ ...pod, record }];
  });
  const found = findPod(known, { text: name, namespace });
  if (found.ok) return found.value;
  const { kind, message } = found.error;
  throw kind === "NotFound" ? new NotFound(message) : new Invalid(message);
}

function containerOf({ container }: PodLogRequest, pod: Pod): string {
  const named = container ?? pod.metadata.annotations?.[defaultContainerAnnotation];
  const [only, ...others] = pod.spec.containers.map(({ name }) => name);
  if (named === undefined && only !== undefined && others.length === 0) return only;
  if (named === undefined) throw new Invalid(ambiguous(pod));
  if (withEphemeral(pod.spec).some(({ name }) => name === named)) return named;
  throw new Invalid(`container ${named} is not valid for pod ${pod.metadata.name}`);
}

function ambiguous({ metadata, spec }: Pod): string {
  const [main, init] = [spec.containers, spec.initContainers ?? []]
    .map((containers) => containers.map(({ name }) => name).join(" "));
  return `a container name must be specified for pod ${metadata.name}, choose one of: [${main}]` +
    (init === "" ? "" : ` or one of the init containers: [${init}]`);
}

function statusOf(name: string, { record }: KnownPod): K8sContainerStatus | undefined {
  return containerStatuses(record.status).find((status) => status.name === name);
}

/** The id of the run whose log is wanted: the kubelet's choice, from the container's status. */
function runToRead(
  status: K8sContainerStatus | undefined,
  about: { readonly pod: Pod; readonly container: string; readonly previous: boolean },
): string {
  const subject = `container "${about.container}" in pod "${about.pod.metadata.name}"`;
  const last = status?.lastState?.terminated?.containerID;
  if (about.previous) return idOf(last, `previous terminated ${subject} not found`);
  const { running, terminated, waiting } = status?.state ?? {};
  if (running !== undefined) return idOf(status?.containerID, `${subject} is not available`);
  if (terminated !== undefined || last !== undefined) {
    return idOf(terminated?.containerID ?? last, `${subject} is terminated`);
  }
  throw new Invalid(`${subject} is waiting to start${whyWaiting(waiting?.reason)}`);
}

function idOf(containerId: string | undefined, otherwise: string): string {
  if (containerId === undefined) throw new Invalid(otherwise);
  return containerId.slice(containerId.indexOf("://") + "://".length);
}

function whyWaiting(reason: string | undefined): string {
  switch (reason) {
    case undefined:
      return " - no logs yet";
    case "ErrImagePull":
      return ": image can't be pulled";
    case "ImagePullBackOff":
      return ": trying and failing to pull image";
    default:
      return `: ${reason}`;
  }
}
