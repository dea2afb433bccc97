/** The link to the API server breaks in every way that links do: pods go on, nothing goes, and what happened is told once it is back. */
import assert from "node:assert/strict";
import type { Pod, PodCondition } from "../../../src/core/k8s.ts";
import type { LinkFault } from "../../lab/faulty_link.ts";
import { row, until } from "../expect.ts";
import { container, FOREVER, manifest, scriptPod } from "../manifest.ts";
import { type LinkNode, startLinkNode } from "./link_node.ts";
import { createPod, podOf, podsOf, untilGone, untilPod, untilPods, untilRow } from "./pods.ts";

/** Pods of edge sites tolerate that their node is away. */
const PATIENT = { tolerations: [{ operator: "Exists" }] };

/** Is ready while a file is there, so that its status changes and no container is restarted. */
function gauge(nodeName: string): unknown {
  const readinessProbe = {
    exec: { command: ["test", "-e", "/tmp/ready"] },
    periodSeconds: 1,
    failureThreshold: 1,
  };
  const main = container("main", FOREVER, { readinessProbe });
  return manifest("gauge", { containers: [main], nodeName, ...PATIENT });
}

/** What runs in containerd. */
async function tasks({ lab }: LinkNode): Promise<readonly string[]> {
  const { stdout } = await lab.ctr(["tasks", "list"]);
  const lines = stdout.split("\n").filter((line) => line.endsWith("RUNNING"));
  return lines.map((line) => line.split(/\s+/).slice(0, 2).join(" ")).sort();
}

function readiness(pod: Pod | undefined): PodCondition | undefined {
  return pod?.status?.conditions?.find(({ type }) => type === "Ready");
}

async function pass(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}

/** So many writes that a server whose data were copied before does not come as far again while the test lasts. */
async function writeMuch({ cluster }: LinkNode): Promise<void> {
  for (let n = 0; n < 1_000; n += 20) await Promise.all(Array.from({ length: 20 }, write));

  async function write(): Promise<void> {
    const init = {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        apiVersion: "v1",
        kind: "Event",
        metadata: { generateName: "filler-", namespace: "default" },
        involvedObject: { kind: "Namespace", name: "default", namespace: "default" },
      }),
    };
    const response = await cluster.fetch("/api/v1/namespaces/default/events", init);
    await response.body?.cancel();
    assert.equal(response.status, 201);
  }
}

let execs = 0;

/** Changes the gauge, and waits until the node has seen it. */
async function turn({ lab, program }: LinkNode, id: string, to: "True" | "False"): Promise<void> {
  const command = to === "True" ? ["touch", "/tmp/ready"] : ["rm", "/tmp/ready"];
  await lab.ctr(["tasks", "exec", "--exec-id", `turn-${execs++}`, id, ...command]);
  await until(`the node sees the gauge at ${to}`, async () => {
    const pods = await program.pods();
    return readiness(pods.find(({ metadata }) => metadata.name === "gauge"))?.status === to;
  });
}

/** How long a fault lasts, besides what happens meanwhile. */
const FAULT_MS = 4_000;

const faults: Readonly<Record<string, LinkFault>> = {
  "is down": "down",
  "flaps each second": "flapping",
  "is a black hole": "black-hole",
  "takes two seconds each way": "slow",
  "loses 30 % of the packets": "lossy",
  "leads to a captive portal": "portal",
  "leads to one that is trusted": "trusted-portal",
};

Deno.test("the link to the API server", async (t) => {
  await using node = await startLinkNode();
  const { cluster, lab, link, name, program } = node;
  await createPod(node, gauge(name));
  await createPod(node, scriptPod("steady", FOREVER, { nodeName: name, ...PATIENT }));
  const [running] = await Promise.all([
    untilRow(node, "gauge", "0/1 Running"),
    untilRow(node, "steady", "1/1 Running"),
  ]);
  const id = (running.status?.containerStatuses?.[0]?.containerID ?? "").replace(/^.*:\/\//, "");
  let before = await tasks(node);
  let state: "True" | "False" = "False";

  /** While the link is broken something happens, and is told with its own time after that. */
  async function through(breakDown: () => Promise<void>, mend: () => Promise<void>): Promise<void> {
    await breakDown();
    state = state === "True" ? "False" : "True";
    await turn(node, id, state);
    await pass(FAULT_MS);
    assert.deepEqual(await tasks(node), before);
    const mendedAt = Date.now();
    await mend();
    const pod = await untilPod(node, "gauge", (each) => readiness(each)?.status === state);
    const at = Date.parse(readiness(pod)?.lastTransitionTime ?? "");
    assert.ok(at <= mendedAt, `${new Date(at).toISOString()} is when it happened`);
    assert.deepEqual(await tasks(node), before, "nothing was restarted or removed");
    assert.equal(row(await podOf(node, "steady")), "1/1 Running");
  }

  for (const [what, fault] of Object.entries(faults)) {
    await t.step(`that ${what}`, () => through(() => link.breakDown(fault), link.mend));
  }

  await t.step("whose name cannot be resolved", async () => {
    const text = await Deno.readTextFile(node.kubeconfig);
    const seen = (await Deno.readTextFile(program.logPath)).length;
    const isAway = async () =>
      (await Deno.readTextFile(program.logPath)).slice(seen).includes(
        "its name cannot be resolved",
      );
    await through(
      async () => {
        // Only DNS would know it, and no server of it can be reached from here.
        await Deno.writeTextFile(
          node.kubeconfig,
          text.replace(link.server, "https://api.lab.invalid"),
        );
        await until("the agent cannot resolve it", isAway, { timeoutMs: 60_000 });
      },
      () => Deno.writeTextFile(node.kubeconfig, text),
    );
  });

  await t.step("that leads to nowhere for so long that the cluster evicts pods", async () => {
    const seconds = ["not-ready", "unreachable"].map((key) => ({
      key: `node.kubernetes.io/${key}`,
      operator: "Exists",
      effect: "NoExecute",
      tolerationSeconds: 1,
    }));
    const labels = { app: "fragile" };
    const { spec } = scriptPod("fragile", FOREVER, { tolerations: seconds });
    await cluster.apply({
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "fragile" },
      spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec } },
    });
    const isRunning = (pods: readonly Pod[]) => pods.length === 1 && row(pods[0]) === "1/1 Running";
    const [old] = await untilPods(node, "app=fragile", isRunning);
    assert.ok(old);
    const whole = await tasks(node);
    await link.breakDown("black-hole");
    const isReplaced = (pods: readonly Pod[]) =>
      pods.length === 2 && pods.some(({ metadata }) => metadata.deletionTimestamp !== undefined);
    await untilPods(node, "app=fragile", isReplaced);
    assert.deepEqual(await tasks(node), whole, "nobody could know");
    for (const patient of ["gauge", "steady"]) {
      assert.equal((await podOf(node, patient))?.metadata.deletionTimestamp, undefined);
    }
    await link.mend();
    await untilGone(node, old.metadata.name);
    const isNew = (pods: readonly Pod[]) =>
      isRunning(pods) && pods[0]?.metadata.uid !== old.metadata.uid;
    await untilPods(node, "app=fragile", isNew);
    const now = await tasks(node);
    assert.deepEqual(before.filter((task) => !now.includes(task)), []);
    await cluster.kubectl(["delete", "deployment", "fragile", "--wait=false"]);
    await until("it has gone", async () => (await podsOf(node, "app=fragile")).length === 0);
  });

  const stay = async (why: string): Promise<void> => {
    const now = await tasks(node);
    assert.deepEqual(before.filter((task) => !now.includes(task)), [], why);
  };
  const held = async () =>
    JSON.parse((await program.skerry(["status", "-o", "json"])).stdout).heldDeletions;
  const copy = await cluster.saveData();

  await t.step(
    "that leads to an API server with an empty etcd, and one of another cluster",
    async () => {
      await writeMuch(node);
      await createPod(node, scriptPod("fresh", FOREVER, { nodeName: name, ...PATIENT }));
      await untilRow(node, "fresh", "1/1 Running");
      before = await tasks(node);
      const empty = await Deno.makeTempDir({ dir: lab.workDir });
      await cluster.restoreData(empty);
      await until("the deletions are held", async () => await held() !== null, {
        timeoutMs: 60_000,
      });
      await stay("an empty etcd");
      await createPod(node, scriptPod("stranger", FOREVER, { nodeName: name, ...PATIENT }));
      await pass(FAULT_MS);
      await stay("pods of another cluster");
      assert.notEqual(await held(), null);
    },
  );

  await t.step("that leads to a restored etcd with older data", async () => {
    await cluster.restoreData(copy);
    await untilRow(node, "steady", "1/1 Running");
    state = state === "True" ? "False" : "True";
    await turn(node, id, state);
    await untilPod(node, "gauge", (pod) => readiness(pod)?.status === state);
    await stay("a pod that is newer than the data as well");
  });
});
