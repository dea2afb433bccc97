/** The story in which the power is cut: what happens on a node of a cluster in some hours, all of it on fakes but the store. */
import * as resources from "../../src/core/kube/resource.ts";
import { pod } from "../fakes/pods.ts";
import { settle } from "../scenario/cluster.ts";
import { objectsOf } from "../scenario/objects.ts";
import { createWorld, type World } from "../scenario/world.ts";
import type { SaidStore } from "./said_store.ts";

/** What must never lie in a file in the clear. */
export const planted = ["planted-in-secret", "planted-after-change"] as const;

/** What may: it lies in a ConfigMap. */
export const open = "planted-in-the-open";

/** What the store may hold objects of. */
export const storedResources = [
  resources.pods,
  resources.configMaps,
  resources.secrets,
  resources.services,
  resources.runtimeClasses,
  resources.nodes,
];

const web = pod("web").spec({ serviceAccountName: "robot" })
  .volume("keys", { secret: { secretName: "keys" } })
  .volume("api", { projected: { sources: [{ serviceAccountToken: { path: "token" } }] } })
  .container("main", {
    env: [{ name: "COLOUR", valueFrom: { configMapKeyRef: { name: "look", key: "colour" } } }],
  });
const cache = pod("cache").grace(10);
const job = pod("job").restartPolicy("OnFailure");
const late = pod("late");

/** All pods of the story, and the keys of what has to be stored so that they can start. */
export const pods = [
  {
    name: "web",
    builder: web,
    needs: ["secrets default/keys", "configmaps default/look", "token web-uid "],
  },
  { name: "cache", builder: cache, needs: [] },
  { name: "job", builder: job, needs: [] },
  { name: "late", builder: late, needs: [] },
];

export interface StoryOptions {
  /** Opens the store for each agent that starts. */
  readonly open: () => Promise<SaidStore>;
}

/** Each chapter is the life of one agent; the store is opened before it and closed after it. */
export async function tellStory({ open: openStore }: StoryOptions): Promise<void> {
  let store = await openStore();
  await using world = await createWorld({ inCluster: true, store: () => store });
  await putObjects(world);
  for (const [index, chapter] of chapters.entries()) {
    if (index > 0) {
      store = await openStore();
      await world.startAgent();
    }
    for (const step of chapter) {
      await quiet(world, store);
      await step(world, store);
    }
    await quiet(world, store);
    await world.stopAgent();
    await store.close();
  }
}

/** What a pod needs besides its own object. */
export async function putObjects(world: World): Promise<void> {
  const objects = objectsOf(world);
  world.cluster.server.put(resources.services, {
    metadata: { name: "kubernetes", namespace: "default" },
    spec: { clusterIP: "10.0.0.1", ports: [{ port: 443 }] },
  });
  await objects.putAccount("robot");
  await objects.putConfigMap("look", { colour: open });
  await objects.putSecret("keys", { key: planted[0] });
}

type Step = (world: World, store: SaidStore) => Promise<void>;

const later = (ms: number): Step => (world) => world.advance(ms);

/** The container of the pod ends by itself after it has run for long, and runs again. */
const crash: Step = async (world) => {
  await world.advance(900_000);
  world.runtime.exit("web/main", { code: 1 });
  await world.advance(1_000);
};

const podsComeAndCrash: readonly Step[] = [
  ({ cluster }) => cluster.bind(web, cache, job),
  later(5_000),
  crash,
  crash,
  (world) => objectsOf(world).putSecret("keys", { key: planted[1] }),
  later(60_000),
];

const podsGo: readonly Step[] = [
  ({ cluster }) => cluster.bind(late),
  ({ cluster }) => cluster.delete("cache"),
  later(60_000),
  (world) => Promise.resolve(world.runtime.exit("job/main", { code: 0 })),
  later(60_000),
  ({ cluster }) => cluster.delete("job"),
  later(60_000),
];

const theLinkIsDown: readonly Step[] = [
  ({ cluster }) => Promise.resolve(cluster.server.goDown()),
  crash,
  crash,
  ({ runtime }) => Promise.resolve(runtime.killSandbox("late-uid")),
  later(60_000),
  ({ cluster }) => Promise.resolve(cluster.server.comeBack()),
  later(120_000),
];

const theKeyIsReplaced: readonly Step[] = [
  async (_world, store) => void await store.rotateKey(),
  crash,
];

const chapters = [podsComeAndCrash, podsGo, theLinkIsDown, theKeyIsReplaced];

/** The store works in real time, and what it has done may lead to more. */
async function quiet({ clock }: World, store: SaidStore): Promise<void> {
  for (let turns = 0; turns < 3; turns++) {
    await settle(clock);
    if (store.underWay() > 0) turns = 0;
    await new Promise((wake) => setTimeout(wake, 1));
  }
}
