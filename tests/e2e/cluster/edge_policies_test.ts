/** What `deploy/` holds for the cluster's side of edge sites, on the real API server. */
import assert from "node:assert/strict";
import { startCluster } from "../../lab/cluster.ts";
import { startLab } from "../../lab/lab.ts";
import { waitUntil } from "../../lab/processes.ts";

const deploy = (name: string): string =>
  new URL(`../../../deploy/${name}`, import.meta.url).pathname;

interface Toleration {
  readonly key?: string;
  readonly operator?: string;
  readonly effect?: string;
  readonly tolerationSeconds?: number;
}

function pod(name: string, spec: Readonly<Record<string, unknown>>): unknown {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace: "default" },
    spec: { containers: [{ name: "main", image: "busybox:1" }], ...spec },
  };
}

const LIMITS = { timeoutMs: 60_000, intervalMs: 200 };
const EDGE = { nodeSelector: { "skerry.dev/edge": "true" } };
const forever = (key: string): Toleration => ({ key, operator: "Exists", effect: "NoExecute" });
const limited = (key: string): Toleration => ({ ...forever(key), tolerationSeconds: 300 });
const NOT_READY = "node.kubernetes.io/not-ready";
const UNREACHABLE = "node.kubernetes.io/unreachable";

Deno.test("the cluster's side of an edge site", async (t) => {
  await using lab = await startLab();
  await using cluster = await startCluster(lab);

  /** The tolerations that a new pod comes to have; the pod is not kept. */
  async function tolerations(spec: Readonly<Record<string, unknown>>) {
    const path = "/api/v1/namespaces/default/pods?dryRun=All";
    const response = await cluster.fetch(path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(pod("web", spec)),
    });
    const created = await response.json();
    assert.equal(response.status, 201, JSON.stringify(created));
    const all: readonly Toleration[] = created.spec.tolerations;
    return all.toSorted((a, b) => String(a.key).localeCompare(String(b.key)));
  }

  await t.step("the policy is taken, and comes into force", async () => {
    const account = async () =>
      (await cluster.tryKubectl(["get", "serviceaccount", "default"])).code;
    assert.ok(await waitUntil(async () => await account() === 0, LIMITS));
    await cluster.kubectl(["apply", "-f", deploy("edge-tolerations.yaml")]);
    const isInForce = async () => (await tolerations(EDGE))[0]?.tolerationSeconds === undefined;
    assert.ok(await waitUntil(isInForce, LIMITS), "it has no effect");
  });

  await t.step("pods for edge nodes tolerate a node that is away without an end", async () => {
    const term = { matchExpressions: [{ key: "skerry.dev/edge", operator: "Exists" }] };
    const required = {
      requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [term] },
    };
    const whole = [forever(NOT_READY), forever(UNREACHABLE)];
    assert.deepEqual(await tolerations(EDGE), whole);
    assert.deepEqual(await tolerations({ affinity: { nodeAffinity: required } }), whole);
    const tolerated = { key: "skerry.dev/edge", operator: "Exists" };
    assert.deepEqual(await tolerations({ tolerations: [tolerated] }), [...whole, tolerated]);
  });

  await t.step("a limit of their own stays, and so does every other toleration", async () => {
    const own = { ...forever(UNREACHABLE), tolerationSeconds: 60 };
    const other = { key: "dedicated", operator: "Equal", value: "edge", effect: "NoSchedule" };
    assert.deepEqual(
      await tolerations({ ...EDGE, tolerations: [own, other] }),
      [other, forever(NOT_READY), own],
    );
  });

  await t.step("pods for other nodes are left alone", async () => {
    assert.deepEqual(await tolerations({}), [limited(NOT_READY), limited(UNREACHABLE)]);
    const elsewhere = { nodeSelector: { "skerry.dev/edge": "false" } };
    assert.deepEqual(await tolerations(elsewhere), [limited(NOT_READY), limited(UNREACHABLE)]);
  });

  await t.step("a node may see which cluster it is in, and no other namespace", async () => {
    const kubectl = cluster.programs("kubectl");
    const argv = [kubectl, `--kubeconfig=${await cluster.nodeKubeconfig("edge-1")}`] as const;
    const get = (name: string) =>
      lab.exec([...argv, "get", "namespace", name, "-o", "jsonpath={.metadata.uid}"]);
    assert.match((await get("kube-system")).stderr, /forbidden/i);
    await cluster.kubectl(["apply", "-f", deploy("cluster-identity.yaml")]);
    assert.ok(await waitUntil(async () => (await get("kube-system")).code === 0, LIMITS));
    assert.match((await get("kube-system")).stdout, /^[0-9a-f-]{36}$/);
    assert.match((await get("default")).stderr, /forbidden/i);
  });
});
