/** What of a pod is on the node: in containerd, in the kernel, on disk. */
import type { LabAgent } from "../lab/agent.ts";
import { cgroupMounts } from "../lab/cgroups.ts";
import type { Lab } from "../lab/lab.ts";

/** The ids of a pod's sandboxes or containers in containerd, dead ones too. */
export async function idsIn(
  lab: Lab,
  { uid, kind }: { readonly uid: string; readonly kind: "sandbox" | "container" },
): Promise<readonly string[]> {
  const filter = `labels."io.kubernetes.pod.uid"==${uid},` +
    `labels."io.cri-containerd.kind"==${kind}`;
  const { stdout } = await lab.ctr(["containers", "list", "--quiet", filter]);
  return stdout.split("\n").filter((line) => line !== "");
}

/** Those of a pod's containers that have a live process. */
export async function runningIn(lab: Lab, uid: string): Promise<readonly string[]> {
  const { stdout } = await lab.ctr(["tasks", "list"]);
  const running = stdout.split("\n").filter((line) => line.endsWith("RUNNING"))
    .map((line) => line.split(/\s+/)[0] ?? "");
  return (await idsIn(lab, { uid, kind: "container" })).filter((id) => running.includes(id));
}

/** The process of a container, seen from outside. Throws when it does not run. */
export async function pidOf(lab: Lab, containerId: string): Promise<number> {
  const { stdout } = await lab.ctr(["tasks", "list"]);
  const pid = new RegExp(`^${containerId}\\s+(\\d+)\\s+RUNNING`, "m").exec(stdout)?.[1];
  if (pid === undefined) throw new Error(`no task ${containerId} runs:\n${stdout}`);
  return Number(pid);
}

/** Everything that bears the pod's UID, each as one line; empty when nothing of the pod is left. */
export async function tracesOf(
  { lab, agent }: { readonly lab: Lab; readonly agent: LabAgent },
  uid: string,
): Promise<readonly string[]> {
  const sandboxes = await idsIn(lab, { uid, kind: "sandbox" });
  const containers = await idsIn(lab, { uid, kind: "container" });
  const mounts = Deno.readTextFileSync("/proc/self/mountinfo").split("\n");
  return [
    ...sandboxes.map((id) => `sandbox ${id}`),
    ...containers.map((id) => `container ${id}`),
    ...mounts.filter((line) => line.includes(uid)).map((line) => `mount ${line}`),
    ...cgroupMounts().flatMap((mount) => foldersNamed(`${mount}${lab.cgroupRoot}`, uid)),
    ...foldersNamed(`${agent.rootDir}/pods`, uid),
    ...foldersNamed(agent.podLogsDir, uid),
  ];
}

/** The network namespaces that containerd's sandboxes have on this lab. */
export function sandboxNetns(lab: Lab): readonly string[] {
  const folder = `${lab.root}/containerd/state/io.containerd.grpc.v1.cri/netns`;
  return entriesOf(folder).map(({ name }) => name);
}

/** Folders below `root` whose name has `part` in it. */
function foldersNamed(root: string, part: string): readonly string[] {
  return entriesOf(root).filter(({ isDirectory }) => isDirectory).flatMap(({ name }) =>
    name.includes(part) ? [`${root}/${name}`] : foldersNamed(`${root}/${name}`, part)
  );
}

function entriesOf(folder: string): readonly Deno.DirEntry[] {
  try {
    return [...Deno.readDirSync(folder)];
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}
