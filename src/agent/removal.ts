/** Removes what containers and pods leave on the node. */
import { podCgroupPaths } from "../core/node/cgroup_paths.ts";
import type { NodeSettings } from "../core/node/settings.ts";
import {
  podDir,
  podLogDir,
  subPathsDir,
  terminationMessageFile,
  volumesDir,
} from "../core/pod/paths.ts";
import type { Cgroups } from "../ports/cgroups.ts";
import type { Files } from "../ports/files.ts";
import type { Runtime } from "../ports/runtime.ts";
import type { EventSubject } from "./events/pod_events.ts";

export interface RemovalDeps {
  readonly runtime: Runtime;
  readonly files: Files;
  readonly cgroups: Cgroups;
  readonly node: NodeSettings;
}

/**
 * Removes an exited container, its log files (rotated ones too) and its termination message. The container goes last: while it is
 * there, an agent that comes after this one goes on with it. A log without one would count as a run that the runtime has forgotten.
 */
export async function removeContainer(
  container: { readonly id: string; readonly name: string; readonly attempt: number },
  { subject }: { readonly subject: EventSubject },
  { runtime, files, node }: RemovalDeps,
): Promise<void> {
  const logs = `${podLogDir(node.paths, subject)}/${container.name}`;
  const own = (await files.list(logs)).filter((name) =>
    name.startsWith(`${container.attempt}.log`)
  );
  for (const name of own) await files.removeTree(`${logs}/${name}`);
  const at = { uid: subject.uid, container: container.name, attempt: container.attempt };
  await files.removeTree(terminationMessageFile(node.paths, at));
  await runtime.removeContainer(container.id);
}

/**
 * Removes a pod's volumes, and its cgroups in whichever QoS class they lie. What its containers have left (logs, last words) stays.
 */
export async function releaseResources(
  { subject }: { readonly subject: EventSubject },
  { files, cgroups, node }: RemovalDeps,
): Promise<void> {
  await files.removeTree(subPathsDir(node.paths, subject.uid));
  await files.removeTree(volumesDir(node.paths, subject.uid));
  for (const path of podCgroupPaths({ uid: subject.uid, cgroups: node.cgroups })) {
    await cgroups.remove(path);
  }
}

/**
 * Removes a pod's logs, cgroups, volumes and files. Its directory goes last: while it is
 * there, an agent that comes after this one knows that the pod is its own and not all gone.
 */
export async function removePodFiles(
  about: { readonly subject: EventSubject },
  deps: RemovalDeps,
): Promise<void> {
  const { files, node: { paths } } = deps;
  await files.removeTree(podLogDir(paths, about.subject));
  await releaseResources(about, deps);
  await files.removeTree(podDir(paths, about.subject.uid));
}
