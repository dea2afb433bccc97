/** What a pod's transitions cost in writes to the store, while nobody acknowledges them: the agent on fakes, its store on a disk. */
import { fakeLog } from "../../fakes/log.ts";
import { pod } from "../../fakes/pods.ts";
import { temporaryFolder } from "../../fakes/temporary_folder.ts";
import { openStoreIn } from "../../power/open_store.ts";
import { createWorld, type World } from "../../scenario/world.ts";
import type { Figure } from "../figures.ts";
import { countedStore } from "./counted_store.ts";

const PODS = 10;
const TRANSITIONS = 1_000;
/** Longer than the longest back-off, so that each container runs again when it is to exit. */
export const ROUND_MS = 5 * 60_000 + 10_000;

export async function transitionWrites(): Promise<readonly Figure[]> {
  using folder = temporaryFolder();
  const { store, transitions } = countedStore(await openStoreIn(folder.path, fakeLog()));
  await using world = await createWorld({ inCluster: true, store: () => store });
  const names = Array.from({ length: PODS }, (_, index) => `pod-${index}`);
  await world.cluster.bind(...names.map((name) => pod(name)));
  await world.advance(ROUND_MS);
  world.cluster.server.goDown();
  const before = { written: writtenBytes(), transitions: transitions() };
  const seen = (): number => transitions() - before.transitions;
  while (seen() < TRANSITIONS) await exitAll(world, names);
  const perTransition = (writtenBytes() - before.written) / seen();
  return [
    { name: "transitions of pods without a link", value: seen(), unit: "" },
    {
      name: "written to the store for each transition",
      value: perTransition,
      unit: "B",
      atMost: 4_096,
    },
  ];
}

/** Each pod's container fails and is started again: two transitions or three. */
export async function exitAll(world: World, names: readonly string[]): Promise<void> {
  for (const name of names) world.runtime.exit(`${name}/main`, { code: 1 });
  await world.advance(ROUND_MS);
}

/** What this process has handed to the kernel for writing; the agent's other files are in memory. */
function writtenBytes(): number {
  return Number(/^wchar: (\d+)$/m.exec(Deno.readTextFileSync("/proc/self/io"))?.[1]);
}
