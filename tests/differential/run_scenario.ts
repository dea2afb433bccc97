/** Runs one scenario on one node, in a namespace of its own, and records it. */
import type { Api } from "./api.ts";
import { type Observation, observe } from "./observe.ts";
import { type Recording, recording } from "./recording.ts";
import type { Act, Fields, Scenario } from "./scenario.ts";

/** One of the two nodes that are compared. */
export interface ComparedNode {
  readonly kind: "kubelet" | "skerry";
  /** The Node's name. */
  readonly name: string;
}

export interface Outcome {
  readonly recording: Recording;
  /** Why it did not come to its end; undefined when it did. */
  readonly failure?: string;
}

const STEP_TIMEOUT_MS = 90_000;
/** Whatever hangs, a scenario ends after this time. */
const SCENARIO_TIMEOUT_MS = 200_000;
/** What follows from the last step may come a moment later. */
const QUIET_MS = 2_500;

export async function runScenario(
  scenario: Scenario,
  node: ComparedNode,
  api: Api,
): Promise<Outcome> {
  const place = { api, node, namespace: `${scenario.name}-${node.kind}` };
  const observation = observe(api, place.namespace);
  const failure = await failureOf(carryOutAll(scenario, { place, observation }));
  await observation.stop();
  // What cannot be deleted stays behind; the cluster goes away with the run.
  await api.delete(`/api/v1/namespaces/${place.namespace}`).catch(() => {});
  const seen = observation.seen();
  const uids = [...new Set(seen.pods.map(({ metadata }) => metadata.uid))];
  const made = recording(seen, { namespace: place.namespace, node: node.name, uids });
  return { recording: made, ...(failure === undefined ? {} : { failure }) };
}

/** Why the work came to no good end in its time; undefined when it did. */
async function failureOf(work: Promise<void>): Promise<string | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tooLate = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve("it hangs"), SCENARIO_TIMEOUT_MS);
  });
  const done = work.then(
    () => undefined,
    (error: unknown) => error instanceof Error ? error.message : String(error),
  );
  const failure = await Promise.race([done, tooLate]);
  clearTimeout(timer);
  return failure;
}

async function carryOutAll(
  { objects = [], steps }: Scenario,
  { place, observation }: { readonly place: Place; readonly observation: Observation },
): Promise<void> {
  await makeNamespace(place.api, place.namespace);
  for (const object of objects) await create(object, place);
  for (const { act, until } of steps) {
    await carryOut(act, place);
    await observation.until(until, { timeoutMs: STEP_TIMEOUT_MS });
  }
  await sleep(QUIET_MS);
}

interface Place {
  readonly api: Api;
  readonly namespace: string;
  readonly node: ComparedNode;
}

/** Pods may be made once the namespace has its service account. */
async function makeNamespace(api: Api, name: string): Promise<void> {
  await api.create("/api/v1/namespaces", {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name },
  });
  const needed = ["serviceaccounts/default", "configmaps/kube-root-ca.crt"];
  for (const path of needed) {
    while (!(await api.exists(`/api/v1/namespaces/${name}/${path}`))) await sleep(50);
  }
}

async function carryOut(act: Act, place: Place): Promise<void> {
  const pods = `/api/v1/namespaces/${place.namespace}/pods`;
  switch (act.kind) {
    case "Create":
      return await create(act.object, place);
    case "Delete":
      return await place.api.delete(
        `${pods}/${act.pod}`,
        act.graceSeconds === undefined ? {} : { gracePeriodSeconds: act.graceSeconds },
      );
    case "Patch": {
      const part = act.subresource === undefined ? "" : `/${act.subresource}`;
      return await place.api.patch(`${pods}/${act.pod}${part}`, act.patch);
    }
    case "Wait":
      return await sleep(act.ms);
  }
}

const plurals: Readonly<Record<string, string>> = {
  Pod: "pods",
  ConfigMap: "configmaps",
  Secret: "secrets",
};

/** Pods are bound at once, so that no scheduler is in the way. */
async function create(object: Fields, { api, namespace, node }: Place): Promise<void> {
  const plural = plurals[String(object["kind"])];
  const path = `/api/v1/namespaces/${namespace}/${plural}`;
  const bound = plural === "pods" ? { spec: { ...spec(object), nodeName: node.name } } : {};
  await api.create(path, { ...object, ...bound });
}

function spec(object: Fields): Fields {
  const value = object["spec"];
  return typeof value === "object" && value !== null ? { ...value } : {};
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
