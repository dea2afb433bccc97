/** Starts the agent on what a power cut left, without a link, and tells which promises are broken. */
import { fakeLog } from "../fakes/log.ts";
import { fakeStore } from "../fakes/store.ts";
import { createWorld, type World } from "../scenario/world.ts";
import type { Store } from "../../src/ports/store.ts";
import { openStoreIn } from "./open_store.ts";
import type { Files } from "./power_cut.ts";
import { broken, type Promised } from "./promised.ts";
import { type Expected, expectedOf } from "./expected_pods.ts";
import { found } from "./stored.ts";
import { pods, putObjects, storedResources } from "./story.ts";

/** What the runtime has when the agent starts: nothing, what a reboot leaves, or all that ran (only the store's disk failed). */
export type RuntimeState = "empty" | "rebooted" | "running";

export interface StartOptions {
  readonly files: Files;
  readonly promises: Promised;
  readonly runtime: RuntimeState;
}

/** One line for each broken promise; none where all is well. */
export async function startOn({ files, promises, runtime }: StartOptions): Promise<Problems> {
  const folder = await Deno.makeTempDir({ dir: "/dev/shm", prefix: "skerry-power-" });
  try {
    for (const [name, bytes] of files) await Deno.writeFile(`${folder}/${name}`, bytes);
    const log = fakeLog();
    const store = await openStoreIn(folder, log);
    try {
      const finding = await found(store, storedResources);
      return [
        ...log.messages("error"),
        ...broken(promises, finding).map((key) =>
          `${key}: ${finding.get(key)} instead of ${promises.get(key)}`
        ),
        ...await startAgent({ store, promises, runtime }),
      ];
    } finally {
      await store.close();
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

type Problems = readonly string[];

interface AgentStart extends Pick<StartOptions, "promises" | "runtime"> {
  readonly store: Store;
}

async function startAgent({ store, promises, runtime }: AgentStart): Promise<Problems> {
  const expected = pods.map((pod) => ({ pod, expected: expectedOf(pod, promises) }));
  const stores = [fakeStore(), store];
  let starts = 0;
  const next = (): Store => stores[starts++] ?? store;
  await using world = await createWorld({ inCluster: true, store: next });
  await putObjects(world);
  const there = expected.filter((each) => each.expected !== "Over" && runtime !== "empty");
  await world.cluster.bind(...there.map(({ pod }) => pod.builder));
  world.killAgent();
  if (runtime === "rebooted") world.runtime.reboot();
  world.cluster.server.goDown();
  const before = world.runtime.running();
  world.runtime.forgetCalls();
  await world.startAgent();
  const problems = (): Problems =>
    expected.flatMap(({ pod, expected }) => misplaced(world, pod.name, expected));
  await untilSteady(world, () => problems().length === 0);
  if (runtime !== "empty") {
    world.cluster.server.comeBack();
    await world.advance(60_000);
  }
  const kept = expected.filter((each) => each.expected !== "Ending")
    .filter(({ pod }) => before.includes(`${pod.name}/main`));
  return [...problems(), ...kept.flatMap(({ pod }) => callsOn(world, pod.name))];
}

/** The store works in real time; back-offs end in that of the fake clock, after 5 min at the latest. */
async function untilSteady(world: World, isSteady: () => boolean): Promise<void> {
  for (let minutes = 0; minutes < 6; minutes++) {
    await world.advance(60_000);
    if (isSteady()) return;
    await new Promise((wake) => setTimeout(wake, 5));
  }
}

function misplaced(world: World, name: string, expected: Expected): Problems {
  const isRunning = world.runtime.running().includes(`${name}/main`);
  if (expected === "Runs" && world.row(name) !== "1/1 Running") {
    return [`${name} does not run: ${world.row(name)}, ${world.events(name).join("; ")}`];
  }
  return expected === "Over" && isRunning ? [`${name} runs again`] : [];
}

function callsOn({ runtime }: World, name: string): Problems {
  return runtime.story().filter((call) => call.includes(` ${name}`))
    .map((call) => `${name} was touched: ${call}`);
}
