/** A node at a site whose link comes and goes, and whose power fails. */
import { pods, services } from "../../src/core/kube/resource.ts";
import { createWorld, type World, type WorldOptions } from "./world.ts";

/** A node of a cluster, as which it has the service of the API server. */
export async function joinedWorld(options: WorldOptions = {}): Promise<World> {
  const world = await createWorld({ ...options, inCluster: true });
  putService(world);
  return world;
}

/** The one that every cluster has. */
export function putService({ cluster }: World): void {
  cluster.server.put(services, {
    metadata: { name: "kubernetes", namespace: "default" },
    spec: { clusterIP: "10.0.0.1", ports: [{ port: 443 }] },
  });
}

/** The agent and all containers are gone between two instructions. */
export function cutPower(world: World): void {
  world.killAgent();
  world.runtime.reboot();
}

/** The names of the pods in the store, sorted. */
export async function storedPods({ store }: World): Promise<readonly string[]> {
  const all = await store.objects.load(pods);
  return all.map(({ metadata }) => metadata?.name ?? "").toSorted();
}
