/** The link to the API server is cut while that to the broker stays, and the other way round: the cluster knows the truth as long as one way is there. */
import assert from "node:assert/strict";
import type { Pod } from "../../../src/core/k8s.ts";
import type { Node, NodeCondition } from "../../../src/core/node/node_object.ts";
import { idOf, until } from "../expect.ts";
import { scriptPod } from "../manifest.ts";
import { NODE, type RelaySite, startRelaySite } from "./relay_site.ts";

/** Ends with an error when it is told to. */
const GOES = "trap 'exit 3' TERM; while :; do sleep 0.1; done";

async function pod({ cluster }: RelaySite): Promise<Pod> {
  const { stdout } = await cluster.kubectl(["get", "pod", "web", "-o", "json"]);
  return JSON.parse(stdout);
}

async function condition({ cluster }: RelaySite, type: string): Promise<NodeCondition | undefined> {
  const { stdout } = await cluster.kubectl(["get", "node", NODE, "-o", "json"]);
  const node: Node = JSON.parse(stdout);
  return node.status?.conditions?.find((each) => each.type === type);
}

async function restarts(site: RelaySite): Promise<number> {
  return (await pod(site)).status?.containerStatuses?.[0]?.restartCount ?? -1;
}

/** The container ends with an error, behind the agent's back. */
async function endContainer(site: RelaySite): Promise<void> {
  const shown = (await site.agent.pods()).find(({ metadata }) => metadata.name === "web");
  assert.ok(shown);
  await site.edge.ctr(["tasks", "kill", "--signal", "SIGTERM", idOf(shown)]);
}

Deno.test("status goes over the broker while the API server is out of reach", async (t) => {
  // A Lease of 8 s: the node is missed after 20.
  await using site = await startRelaySite({
    relay: { after: "3s", keepAlive: "5s" },
    kubelet: { nodeLeaseDurationSeconds: 8 },
    controllerManagerFlags: ["--node-monitor-period=1s", "--node-monitor-grace-period=20s"],
  });
  const { cluster, agent } = site;
  await cluster.apply(
    scriptPod("web", GOES, { nodeName: NODE, tolerations: [{ operator: "Exists" }] }),
  );
  await cluster.kubectl(["wait", "--for=condition=Ready", "pod/web", "--timeout=60s"]);
  const status = async (): Promise<string> => (await agent.skerry(["status"])).stdout;
  assert.match(await status(), /Relay +status goes to the API server/);

  await t.step("the link is cut: the node relays", async () => {
    await site.link.cut();
    await until("it relays", async () => /status goes over the broker/.test(await status()), {
      timeoutMs: 60_000,
    });
    await until(
      "a bridge says so",
      async () => (await condition(site, "skerry.dev/RelayedStatus"))?.status === "True",
      { timeoutMs: 60_000 },
    );
  });

  await t.step("what happens there is seen in the cluster", async () => {
    await endContainer(site);
    await until("its restart is seen", async () => await restarts(site) === 1);
    await until(
      "it is acknowledged",
      async () => /the API server has all of it/.test(await status()),
    );
  });

  await t.step("the node stays Ready for longer than its Lease would last", async () => {
    await new Promise((resolve) => setTimeout(resolve, 25_000));
    const ready = await condition(site, "Ready");
    assert.deepEqual([ready?.status, ready?.reason], ["True", "KubeletReady"]);
  });

  await t.step("a bridge and a broker that are killed lose nothing", async () => {
    await site.bridge.kill();
    await site.mosquitto.kill();
    await endContainer(site);
    await site.mosquitto.start();
    await site.bridge.start();
    await until("its restart is seen", async () => await restarts(site) === 2, {
      timeoutMs: 90_000,
    });
  });

  await t.step("both ways are cut: the node is missed", async () => {
    await site.network.cut(1);
    await until(
      "it is not Ready",
      async () => (await condition(site, "Ready"))?.status === "Unknown",
      {
        timeoutMs: 120_000,
      },
    );
    await endContainer(site);
  });

  await t.step("the broker is back first, and the node is Ready over it", async () => {
    await site.network.mend(1);
    await until("it is Ready", async () => (await condition(site, "Ready"))?.status === "True", {
      timeoutMs: 120_000,
    });
    await until("its restart is seen", async () => await restarts(site) === 3, {
      timeoutMs: 60_000,
    });
  });

  await t.step(
    "the API server is back: the node tells it itself, and nothing was restarted for it",
    async () => {
      await site.link.mend();
      await until(
        "the bridge has stopped",
        async () =>
          (await condition(site, "skerry.dev/RelayedStatus"))?.reason === "NodeReportsItself",
        { timeoutMs: 90_000 },
      );
      // A request that the cut has kept on its way may still come, a minute later, and is put right.
      await until("statuses are true", async () => await restarts(site) === 3, {
        timeoutMs: 120_000,
      });
      assert.match(await status(), /Relay +status goes to the API server/);
      await endContainer(site);
      await until("its restart is seen", async () => await restarts(site) === 4, {
        timeoutMs: 90_000,
      });
    },
  );
});
