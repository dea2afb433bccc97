/** Runs one scenario on one node, in a namespace of its own, and records it. */
import type { Api } from "./api.ts";
import { observe } from "./observe.ts";
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
/** What follows from the last step may come a moment later. */
const QUIET_MS = 2_500;

export async function runScenario(
  { steps, objects = [], ...scenario }: Scenario,
  node: ComparedNode,
  api: Api,
): Promise<Outcome> {
  const namespace = `${scenario.name}-${node.kind}`;
  await makeNamespace(api, namespace);
  for (const object of objects) await create(object, { api, namespace, node });
  const observation = observe(api, namespace);
  let failure: string | undefined;
  try {
    for (const { act, until } of steps) {
      await carryOut(act, { api, namespace, node });
      await observation.until(until, { timeoutMs: STEP_TIMEOUT_MS });
    }
    await sleep(QUIET_MS);
  } catch (error) {
    failure = error instanceof Error ? error.message : String(error);
  }
  await observation.stop();
  const seen = observation.seen();
  const uids = [...new Set(seen.pods.map(({ metadata }) => metadata.uid))];
  await api.delete(`/api/v1/namespaces/${namespace}`);
  const made = recording(seen, { namespace, node: node.name, uids });
  return { recording: made, ...(failure === undefined ? {} : { failure }) };
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
