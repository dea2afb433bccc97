/** Waits for what the API server shall say of pods, and tells what it says instead when that does not come. */
import type { Pod } from "../../../src/core/k8s.ts";
import { logTail } from "../../lab/daemon.ts";
import { waitUntil } from "../../lab/processes.ts";
import { row } from "../expect.ts";
import type { ClusterNode } from "./cluster_node.ts";

/** Long enough for a loaded machine; nothing here is about time. */
const TIMEOUT_MS = 90_000;

export interface WaitOptions {
  readonly timeoutMs?: number;
}

/** The pods of the namespace default; `labelSelector` is such as `app=web`. */
export async function podsOf(
  { cluster }: ClusterNode,
  labelSelector = "",
): Promise<readonly Pod[]> {
  const query = new URLSearchParams({ labelSelector });
  const response = await cluster.fetch(`/api/v1/namespaces/default/pods?${query}`);
  const { items } = await response.json();
  return items;
}

/** The pod of that name in default; undefined when there is none. */
export async function podOf({ cluster }: ClusterNode, name: string): Promise<Pod | undefined> {
  const response = await cluster.fetch(`/api/v1/namespaces/default/pods/${name}`);
  const answer = await response.json();
  return response.status === 404 ? undefined : answer;
}

/** Waits until the pods with these labels are as `isRight` says and gives them. */
export async function untilPods(
  node: ClusterNode,
  labelSelector: string,
  isRight: (pods: readonly Pod[]) => boolean,
  { timeoutMs = TIMEOUT_MS }: WaitOptions = {},
): Promise<readonly Pod[]> {
  let pods: readonly Pod[] = [];
  const look = async () => isRight(pods = await podsOf(node, labelSelector));
  if (await waitUntil(look, { timeoutMs, intervalMs: 50 })) return pods;
  const rows = pods.map((pod) => `${pod.metadata.name} ${row(pod)}\n`).join("");
  throw new Error(`the pods are not as expected:\n${rows}${await report(node)}`);
}

/** Waits until the pod is as `isRight` says and gives it. */
export async function untilPod(
  node: ClusterNode,
  name: string,
  isRight: (pod: Pod) => boolean,
  { timeoutMs = TIMEOUT_MS }: WaitOptions = {},
): Promise<Pod> {
  let pod: Pod | undefined;
  const look = async () => (pod = await podOf(node, name)) !== undefined && isRight(pod);
  if (await waitUntil(look, { timeoutMs, intervalMs: 50 }) && pod !== undefined) return pod;
  const status = JSON.stringify(pod?.status, null, 1);
  throw new Error(
    `pod ${name} is not as expected but ${row(pod)}:\n${status}\n${await report(node)}`,
  );
}

/** Waits until `kubectl get pods` shows the pod with this READY and STATUS, such as `1/1 Running`. */
export function untilRow(node: ClusterNode, name: string, expected: string): Promise<Pod> {
  return untilPod(node, name, (pod) => row(pod) === expected);
}

/** Waits until there is no such pod any more. */
export async function untilGone(node: ClusterNode, name: string): Promise<void> {
  const gone = async () => await podOf(node, name) === undefined;
  if (await waitUntil(gone, { timeoutMs: TIMEOUT_MS, intervalMs: 50 })) return;
  throw new Error(`pod ${name} is not gone:\n${await report(node)}`);
}

/** Creates a pod without the fields that `kubectl apply` leaves in it. */
export async function createPod({ cluster }: ClusterNode, manifest: unknown): Promise<void> {
  await cluster.kubectl(["create", "-f", "-"], { stdin: JSON.stringify(manifest) });
}

/** What a container has written, in all of its runs whose logs are still there. */
export async function logOf(
  { program }: ClusterNode,
  pod: Pod,
  container = "main",
): Promise<string> {
  const { namespace, name, uid } = pod.metadata;
  const dir = `${program.podLogsDir}/${namespace}_${name}_${uid}/${container}`;
  const files = (await Array.fromAsync(Deno.readDir(dir))).map((entry) => entry.name).sort();
  const texts = await Promise.all(files.map((file) => Deno.readTextFile(`${dir}/${file}`)));
  return texts.join("").replace(/^\S+ std(?:out|err) [FP] /gm, "");
}

/** The pod's events, as `REASON: MESSAGE`, oldest first. */
export async function eventsOf({ cluster }: ClusterNode, name: string): Promise<readonly string[]> {
  const query = new URLSearchParams({ fieldSelector: `involvedObject.name=${name}` });
  const response = await cluster.fetch(`/api/v1/namespaces/default/events?${query}`);
  const { items }: EventList = await response.json();
  return items.map(({ reason, message }) => `${reason}: ${message}`);
}

interface EventList {
  readonly items: readonly { readonly reason: string; readonly message: string }[];
}

async function report({ cluster, program }: ClusterNode): Promise<string> {
  const events = await cluster.tryKubectl(["get", "events", "-A", "--sort-by=.lastTimestamp"]);
  const lines = events.stdout.split("\n").slice(-40).join("\n");
  return `${lines}\n${await logTail(program.logPath, 20)}`;
}
