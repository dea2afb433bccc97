/** Removes what the agent keeps of a cluster. */
import { join } from "node:path/posix";
import { k3sNodePaths } from "../../adapters/k3s/node_files.ts";
import { removeIfThere } from "../../adapters/linux/durable_file.ts";
import { guarded } from "../../adapters/linux/guarded.ts";
import { orNull } from "../../adapters/linux/or_null.ts";
import type { Configuration } from "../config/configuration.ts";
import { clientCaPath, kubeconfigPaths } from "../join/plan.ts";

/**
 * Idempotent. Certificates that the agent has made for itself stay, and so does a kubeconfig of somebody else's; also the node password, by
 * which a k3s cluster knows the node for as long as it has the Node.
 */
export async function removeClusterFiles(
  configuration: Configuration,
  { isOwn }: {
    /** The kubeconfig names the node's own certificate. */
    readonly isOwn: boolean;
  },
): Promise<void> {
  const { rootDir, certificates: { dir } } = configuration;
  const { kubeconfigPath, bootstrapPath } = kubeconfigPaths(configuration);
  const k3s = k3sNodePaths(rootDir);
  const paths = [
    ...(isOwn ? [kubeconfigPath] : []),
    bootstrapPath,
    clientCaPath(configuration),
    ...await certificatesIn(dir),
    ...STORE_FILES.map((name) => join(rootDir, name)),
    k3s.ca,
    k3s.token,
    k3s.apiServers,
    k3s.joined,
  ];
  for (const path of paths) await guarded(`remove ${path}`, () => removeIfThere(path));
}

/** Pods, Secrets and tokens of the cluster lie in the store; of pods from files it knows no more than how often they were restarted. */
const STORE_FILES = ["skerry.db", "skerry.db-wal", "skerry.db-shm"];

async function certificatesIn(dir: string): Promise<readonly string[]> {
  const entries = await orNull(Array.fromAsync(Deno.readDir(dir)));
  return (entries ?? []).map(({ name }) => name)
    .filter((name) => /^kubelet-(client|server)[-.].*(pem|tmp)$/.test(name))
    .map((name) => join(dir, name));
}
