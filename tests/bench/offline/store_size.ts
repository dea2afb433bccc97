/** How long a full store takes to open and restore, and what it takes of memory, beside an empty one. */
import { configMaps, type KubeObject, pods, secrets } from "../../../src/core/kube/resource.ts";
import { newMemory } from "../../../src/core/pod/memory.ts";
import { pod } from "../../fakes/pods.ts";
import { temporaryFolder } from "../../fakes/temporary_folder.ts";
import { RUNTIME_ARGS } from "../../../deploy/runtime.ts";
import { run } from "../../lab/run.ts";
import { type Figure, median } from "../figures.ts";
import { fakeLog } from "../../fakes/log.ts";
import { openStoreIn } from "../../power/open_store.ts";
import type { Restored } from "./restore.ts";

const PODS = 110;
const SECRETS = 200;
/** A certificate with its key, or some tokens. */
const SECRET_BYTES = 4_000;
/** Pods, each with a memory, a token and a ConfigMap, and the Secrets. */
const KEPT = 4 * PODS + SECRETS;
const ROUNDS = 5;

export async function storeSize(): Promise<readonly Figure[]> {
  using folder = temporaryFolder();
  const [empty, full] = [`${folder.path}/empty`, `${folder.path}/full`];
  for (const dir of [empty, full]) await Deno.mkdir(dir);
  await (await openStoreIn(empty, fakeLog())).close();
  await fill(full);
  const times = { empty: await restored(empty), full: await restored(full) };
  const { count = 0 } = times.full[0] ?? {};
  if (count !== KEPT) throw new Error(`of ${KEPT} things in the store ${count} were read`);
  const middle = (of: readonly Restored[], value: (each: Restored) => number): number =>
    median(of.map(value));
  const rss = (of: readonly Restored[]) => middle(of, ({ rssBytes }) => rssBytes) / 1e6;
  return [
    {
      name: `store of ${PODS} pods and ${SECRETS} Secrets, opened and read`,
      value: middle(times.full, ({ ms }) => ms),
      unit: "ms",
      atMost: 300,
    },
    {
      name: `store of ${PODS} pods and ${SECRETS} Secrets, RSS above an empty one`,
      value: rss(times.full) - rss(times.empty),
      unit: "MB",
      atMost: 20,
    },
  ];
}

/** As the agent would have left it: each pod with a token of its own and its memory. */
async function fill(dir: string): Promise<void> {
  const { memories, objects, tokens, close } = await openStoreIn(dir, fakeLog());
  for (let n = 0; n < PODS; n++) {
    const object = podObject(n);
    const uid = object.metadata?.uid ?? "";
    await objects.save(pods, object);
    await memories.save(uid, newMemory(n));
    await tokens.save({ podUid: uid, key: "3607 ", text: "t".repeat(1_200), expiresAt: n });
  }
  for (let n = 0; n < SECRETS; n++) {
    await objects.save(secrets, holder(n, "s".repeat(SECRET_BYTES)));
  }
  for (let n = 0; n < PODS; n++) await objects.save(configMaps, holder(n, "c".repeat(1_000)));
  await close();
}

function podObject(n: number): KubeObject {
  const { apiVersion, kind, metadata, spec } = pod(`pod-${n}`).uid(crypto.randomUUID())
    .container("main", { image: "busybox:1", command: ["sleep", "100000"] })
    .container("side", { image: "busybox:1", command: ["sleep", "100000"] })
    .build();
  return {
    apiVersion,
    kind,
    metadata: { ...metadata, resourceVersion: `${n}` },
    spec,
  } as KubeObject;
}

function holder(n: number, value: string): KubeObject & { readonly data: unknown } {
  const metadata = { namespace: "default", name: `holder-${n}`, uid: `${n}`, resourceVersion: "1" };
  return { metadata, data: { value } };
}

/** Each in a process of its own, run as the agent is. */
async function restored(dir: string): Promise<readonly Restored[]> {
  const script = new URL("./restore.ts", import.meta.url).pathname;
  const flags = RUNTIME_ARGS.filter((each) => !each.startsWith("--no-"));
  const results: Restored[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const { stdout } = await run([
      Deno.execPath(),
      "run",
      "--quiet",
      "--no-check",
      ...flags,
      script,
      dir,
    ]);
    results.push(JSON.parse(stdout));
  }
  return results;
}
