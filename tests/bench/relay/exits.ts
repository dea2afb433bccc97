/** How soon the cluster knows of a container's end on a site that reaches only the broker, and what that costs on the wire. */
import type { Pod } from "../../../src/core/k8s.ts";
import { pidOf } from "../../e2e/traces.ts";
import { FOREVER, scriptPod } from "../../e2e/manifest.ts";
import { NODE, type RelaySite, startRelaySite } from "../../e2e/cluster/relay_site.ts";
import { idOf } from "../../e2e/expect.ts";
import { waitUntil } from "../../lab/processes.ts";
import { type Figure, percentile } from "../figures.ts";
import { cutOff, pass } from "./cut_off.ts";
import { wireBytes } from "./wire.ts";

const PODS = 30;
/** What follows from an exit is over. */
const PAUSE_MS = 3_000;
const METRICS_PORT = 10_255;
const PATH = "/api/v1/namespaces/default/pods";

export async function exits(): Promise<readonly Figure[]> {
  await using site = await startRelaySite({
    kubelet: { readOnlyPort: METRICS_PORT, address: "127.0.0.1" },
  });
  const pids = await startPods(site);
  await cutOff(site);
  const ended = await watchEnds(site);
  const before = await wireBytes(site.edge, "broker0");
  const toldBefore = await toldRecords(site);
  const times: number[] = [];
  for (const [name, pid] of pids) {
    const began = performance.now();
    Deno.kill(pid, "SIGKILL");
    times.push(await ended.of(name) - began);
    await pass(PAUSE_MS);
  }
  const bytes = await wireBytes(site.edge, "broker0") - before;
  const transitions = await toldRecords(site) - toldBefore;
  await ended[Symbol.asyncDispose]();
  const what = "container's exit without an API link to the API server";
  return [
    { name: `${what}, p50`, value: percentile(times, 50), unit: "ms", atMost: 250 },
    { name: `${what}, p99`, value: percentile(times, 99), unit: "ms", atMost: 1_000 },
    {
      name: "transitions of a pod's status that come of an exit",
      value: transitions / PODS,
      unit: "records",
    },
    {
      name: "a pod's transition on the wire, with its acknowledgement",
      value: bytes / transitions,
      unit: "B",
      atMost: 600,
    },
  ];
}

/** Each change of a status is a record, and an exit causes nothing else: a pod that is not restarted has no events then. */
async function toldRecords({ edge }: RelaySite): Promise<number> {
  const { stdout } = await edge.exec(["curl", "-sSf", `http://127.0.0.1:${METRICS_PORT}/metrics`]);
  const told = /^skerry_relay_records_total\{result="Acknowledged"\} (\d+)$/m.exec(stdout)?.[1];
  if (told === undefined) throw new Error("the node does not count the records of its relay");
  return Number(told);
}

/** The processes of pods that end for good when they are killed. */
async function startPods(
  { cluster, agent, edge }: RelaySite,
): Promise<ReadonlyMap<string, number>> {
  const names = Array.from({ length: PODS }, (_, index) => `exit-${index}`);
  await cluster.apply(
    ...names.map((name) => scriptPod(name, FOREVER, { nodeName: NODE, restartPolicy: "Never" })),
  );
  const pods = names.map((name) => `pod/${name}`);
  await cluster.kubectl(["wait", "--for=condition=Ready", ...pods, "--timeout=180s"]);
  const all = (await agent.pods()).filter(({ metadata }) => names.includes(metadata.name));
  const pids = all.map(async (pod): Promise<[string, number]> => [
    pod.metadata.name,
    await pidOf(edge, idOf(pod)),
  ]);
  return new Map(await Promise.all(pids));
}

interface Ends extends AsyncDisposable {
  /** When the API server told that the pod has ended, by `performance.now()`. */
  of(name: string): Promise<number>;
}

async function watchEnds({ cluster }: RelaySite): Promise<Ends> {
  const seen = new Map<string, number>();
  const stop = new AbortController();
  const response = await cluster.fetch(`${PATH}?watch=1`, { signal: stop.signal });
  const reading = read(response, seen).catch((error) => {
    if (!stop.signal.aborted) throw error;
  });
  return {
    async of(name) {
      if (!await waitUntil(() => seen.has(name), { timeoutMs: 30_000, intervalMs: 2 })) {
        throw new Error(`the API server does not know that ${name} has ended`);
      }
      return seen.get(name) ?? NaN;
    },
    async [Symbol.asyncDispose]() {
      stop.abort();
      await reading;
    },
  };
}

async function read(response: Response, seen: Map<string, number>): Promise<void> {
  if (response.body === null) throw new Error("the watch has no body");
  let rest = "";
  for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
    const now = performance.now();
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      const { object }: { readonly object: Pod } = JSON.parse(line);
      // What `kubectl get pod` shows as its STATUS; the phase follows when the sandbox has ended.
      const isSeen = seen.has(object.metadata.name);
      if (!isSeen && hasEnded(object)) seen.set(object.metadata.name, now);
    }
  }
}

function hasEnded({ status }: Pod): boolean {
  return status?.containerStatuses?.[0]?.state?.terminated !== undefined;
}
