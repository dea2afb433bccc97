/** A board with Skerry on it as a user would have it: install.sh, a configuration, images from archives, manifests. */
import { stringify } from "yaml";
import type { Pod } from "../../src/core/k8s.ts";
import { row } from "../e2e/expect.ts";
import { writeManifest } from "../lab/agent.ts";
import { waitUntil } from "../lab/processes.ts";
import type { Board } from "./board.ts";
import { writeBoardImages } from "./board_images.ts";
import { MANIFESTS } from "./board_pods.ts";
import { layRelease } from "./board_release.ts";

/** Generous: the board is emulated, perhaps on a machine that has other things to do. */
const RUNNING_TIMEOUT_MS = 600_000;

const CONFIG = {
  apiVersion: "kubelet.config.k8s.io/v1beta1",
  kind: "KubeletConfiguration",
  staticPodPath: "/etc/skerry/manifests",
  containerRuntimeEndpoint: "unix:///run/containerd/containerd.sock",
  cgroupDriver: "systemd",
  failSwapOn: false,
};

async function withFolder(work: (dir: string) => Promise<void>): Promise<void> {
  const dir = await Deno.makeTempDir({ prefix: "skerry-board-files-" });
  try {
    await work(dir);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

/** Copies images and configuration in; containerd's sandbox image is imported at once, the pods' by the agent. */
export async function prepare(board: Board): Promise<void> {
  await withFolder(async (dir) => {
    await writeBoardImages(dir);
    await Deno.writeTextFile(`${dir}/config.yaml`, stringify(CONFIG));
    await board.copyIn(dir, "/root/files");
  });
  await board.run(`cd /root/files && ctr -n k8s.io images import pause.tar &&
    install -D -m 644 config.yaml /etc/skerry/config.yaml &&
    install -D -m 644 busybox.tar /var/lib/skerry/images/busybox.tar`);
}

/** Runs install.sh on the board, over an installation that may be there; gives what it said. */
export async function install(
  board: Board,
  options: { readonly version?: string } = {},
): Promise<string> {
  await withFolder(async (dir) => {
    await layRelease(dir, options);
    await board.run("rm -rf /root/skerry");
    await board.copyIn(dir, "/root/skerry");
  });
  return await board.run("/root/skerry/install.sh 2>&1");
}

/** Lays the manifests of {@linkcode MANIFESTS} into the folder that the agent reads. */
export async function addManifests(board: Board): Promise<void> {
  await withFolder(async (dir) => {
    for (const [file, manifest] of Object.entries(MANIFESTS)) {
      await writeManifest(dir, { file, manifest });
    }
    await board.copyIn(dir, "/etc/skerry/manifests");
  });
}

/** All pods with their status. Throws when the agent does not answer. */
export async function podsOf(board: Board): Promise<readonly Pod[]> {
  return JSON.parse(await board.run("skerry pods -o json")).items;
}

/** Containers and sandboxes, by their cgroups: the `skerry` command would take time from the agent that it asks. */
async function containersOn(board: Board): Promise<number> {
  const cgroups = "/sys/fs/cgroup/kubepods.slice -name 'cri-containerd-*.scope'";
  return Number((await board.tryRun(`find ${cgroups} 2>/dev/null | wc -l`)).stdout);
}

/** Waits until each of these pods is shown as `1/1 Running` and gives them. Throws with the agent's last lines. */
export async function untilRunning(
  board: Board,
  names: readonly string[],
): Promise<readonly Pod[]> {
  let pods: readonly Pod[] = [];
  const allRun = async (): Promise<boolean> => {
    if (await containersOn(board) < 2 * names.length) return false;
    pods = await podsOf(board).catch(() => []);
    const shown = new Map(pods.map((pod) => [pod.metadata.name, row(pod)]));
    return names.every((name) => shown.get(name) === "1/1 Running");
  };
  if (await waitUntil(allRun, { timeoutMs: RUNNING_TIMEOUT_MS, intervalMs: 2000 })) return pods;
  const { stdout } = await board.tryRun(
    "skerry pods; journalctl -b --no-pager -n 60 -u skerry -u containerd",
  );
  throw new Error(`not all pods run on the board:\n${stdout}`);
}
