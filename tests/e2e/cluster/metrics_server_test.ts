/** The real metrics-server reads a node's figures, so that `kubectl top` answers. */
import assert from "node:assert/strict";
import { labMetricsServer } from "../../lab/metrics_server.ts";
import { waitUntil } from "../../lab/processes.ts";
import { scriptPod } from "../manifest.ts";
import { startClusterNode } from "./cluster_node.ts";

/** Two readings, 10 s apart, after the API server has found metrics-server. */
const READINGS_MS = 60_000;

/** Keeps a processor busy in part, and some memory in use. */
const BUSY = "head -c 20m /dev/zero | tail -c 20m > /dev/shm/kept; while true; do :; done";

Deno.test("kubectl top tells what a node and its pods use", async (t) => {
  await using node = await startClusterNode();
  const { lab, cluster, name } = node;
  const metricsServer = await labMetricsServer(lab, cluster);
  await metricsServer.start();
  try {
    await cluster.apply(scriptPod("busy", BUSY));
    await cluster.kubectl(["wait", "--for=condition=Ready", "pod/busy", "--timeout=60s"]);

    await t.step("of the pod: CPU and memory", async () => {
      let row: readonly string[] = [];
      const answers = async () => {
        const { code, stdout } = await cluster.tryKubectl(["top", "pod", "busy", "--no-headers"]);
        row = stdout.trim().split(/\s+/);
        return code === 0 && Number.parseInt(row[1] ?? "") > 0;
      };
      const options = { timeoutMs: READINGS_MS, intervalMs: 1_000 };
      assert.ok(await waitUntil(answers, options), `kubectl top pod: ${row.join(" ")}`);
      assert.match(row[1] ?? "", /^\d+m$/);
      assert.ok(Number.parseInt(row[2] ?? "") >= 20, `memory of at least 20 MiB: ${row[2]}`);
    });

    await t.step("of the node: more than of its pod", async () => {
      const { stdout } = await cluster.kubectl(["top", "node", "--no-headers"]);
      const [shown, cpu = "", , memory = ""] = stdout.trim().split(/\s+/);
      assert.equal(shown, name);
      assert.ok(Number.parseInt(cpu) > 0, cpu);
      assert.ok(Number.parseInt(memory) > 20, memory);
    });
  } finally {
    await metricsServer.kill();
  }
});
