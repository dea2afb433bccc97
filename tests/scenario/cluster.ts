/** The control plane of a story: an API server in memory, with the hands of a scheduler and of kubectl on it. */
import { nodes, type ObjectRef, pods } from "../../src/core/kube/resource.ts";
import type { Instant } from "../../src/core/instant.ts";
import type { Pod, PodStatus } from "../../src/core/k8s.ts";
import { decodePod } from "../../src/core/pod/decode_pod.ts";
import { qosClass } from "../../src/core/pod/qos.ts";
import { summarizePod } from "../../src/core/pod/summary.ts";
import type { KubeApi } from "../../src/ports/kube_api.ts";
import { type FakeApiServer, fakeApiServer } from "../fakes/api_server/api_server.ts";
import type { FakeClock } from "../fakes/clock.ts";
import { fakeKube } from "../fakes/kube_api.ts";
import { node } from "../fakes/node.ts";
import type { PodBuilder } from "../fakes/pods.ts";

/** Pods are named by their name, in the namespace `default`. */
export interface Cluster {
  readonly kube: KubeApi;
  readonly server: FakeApiServer;
  /** `kube` cannot reach the server any more; others can. */
  cutLink(): void;
  mendLink(): void;
  /** The pods are there, and the scheduler has bound them to the node. */
  bind(...builders: readonly PodBuilder[]): Promise<void>;
  /** `kubectl delete pod`; the pod's own grace unless given, 0 with `--force`. */
  delete(name: string, options?: { readonly graceSeconds?: number }): Promise<void>;
  /** Somebody changes the object: a merge patch, of the status where `subresource` says so. */
  change(name: string, patch: object, options?: { readonly subresource?: string }): Promise<void>;
  /** As the server has it; undefined where there is none. */
  pod(name: string): Pod | undefined;
  status(name: string): PodStatus;
  /** READY and STATUS as `kubectl get pods` prints them, or `gone`. */
  row(name: string): string;
  /** The status patches and deletions of pods that the server has got: `PATCH web`, `DELETE web`. */
  story(): readonly string[];
}

export function createCluster({ clock }: { readonly clock: FakeClock }): Cluster {
  const server = fakeApiServer({ clock });
  let isCut = false;
  const fetch = (request: Request): Promise<Response> =>
    isCut ? Promise.reject(new TypeError("connection refused")) : server.fetch(request);
  const { server: _link, ...kube } = fakeKube({ clock, server: { ...server, fetch } });
  server.put(nodes, { metadata: { name: node().nodeName, uid: "node-uid" } });
  const now = (): Instant => clock.now();
  const find = (name: string): Pod | undefined => {
    const object = server.get(refOf(name));
    const decoded = object && decodePod(object, now());
    return decoded?.ok ? decoded.value : undefined;
  };

  return {
    kube,
    server,
    cutLink() {
      isCut = true;
      server.breakWatches();
    },
    mendLink: () => void (isCut = false),
    async bind(...builders) {
      for (const builder of builders) server.put(pods, bound(builder.build(), now()));
      await settle(clock);
    },
    async delete(name, { graceSeconds } = {}) {
      const options = graceSeconds === undefined ? {} : { gracePeriodSeconds: graceSeconds };
      await kube.delete(refOf(name), options);
      await settle(clock);
    },
    async change(name, body, options = {}) {
      await kube.patch({ ...refOf(name), ...options }, { kind: "strategic", body });
      await settle(clock);
    },
    pod: find,
    status(name) {
      const status = find(name)?.status;
      if (status === undefined) throw new Error(`the server has no status of pod ${name}`);
      return status;
    },
    row(name) {
      const pod = find(name);
      if (pod === undefined) return "gone";
      const { ready, status } = summarizePod(pod, now());
      return `${ready} ${status}`;
    },
    story: () => server.writes().filter((write) => write.includes("/pods")).map(shortly),
  };
}

/** Requests and what follows from them take some turns of the event loop. */
export async function settle(clock: FakeClock): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await clock.settle();
}

function refOf(name: string): ObjectRef {
  return { resource: pods, namespace: "default", name };
}

/** What the API server and the scheduler have made of a pod when its node hears of it. */
function bound({ metadata, spec }: Pod, now: Instant): object {
  const lastTransitionTime = new Date(now).toISOString().replace(".000Z", "Z");
  const scheduled = { type: "PodScheduled", status: "True", observedGeneration: 1 };
  return {
    metadata: { creationTimestamp: lastTransitionTime, ...metadata, generation: 1 },
    spec: { ...spec, nodeName: node().nodeName },
    status: {
      phase: "Pending",
      conditions: [{ ...scheduled, lastProbeTime: null, lastTransitionTime }],
      qosClass: qosClass({ spec }),
    },
  };
}

/** `PATCH web` for `PATCH /api/v1/namespaces/default/pods/web/status`. */
function shortly(write: string): string {
  return write.replace(/\/api\/v1\/namespaces\/[^/]+\/pods\/([^/]+).*/, "$1");
}
