/** What Prometheus makes of a node: its own linter, a minute of scraping, the rules and the dashboard that come along. */
import assert from "node:assert/strict";
import { startPrometheus } from "../lab/prometheus.ts";
import { labAgent } from "../lab/agent.ts";
import { startLab } from "../lab/lab.ts";
import { tryRun } from "../lab/run.ts";
import { untilRow } from "./expect.ts";
import { container, FOREVER, manifest } from "./manifest.ts";

const RULES = new URL("../../deploy/prometheus/alerts.yaml", import.meta.url).pathname;
const PORT = 10255;
const PATHS = [
  "/metrics",
  "/metrics/probes",
  "/metrics/resource",
  "/metrics/cadvisor",
  "/metrics/slis",
];
const MINUTE_MS = 60_000;

/** The kubelet's names are kept, though the linter would have others. */
const WITHOUT_TOTAL = [
  "container_memory_failcnt",
  "kubelet_certificate_manager_client_expiration_renew_errors",
  "kubelet_evictions",
  "kubelet_preemptions",
  "kubelet_server_expiration_renew_errors",
];

Deno.test("metrics of a real node", async (t) => {
  await using lab = await startLab();
  const agent = await labAgent(lab, { kubelet: { readOnlyPort: PORT, address: "127.0.0.1" } });
  await agent.start();
  await agent.apply(
    "web.yaml",
    manifest("web", {
      containers: [
        container("main", FOREVER, {
          readinessProbe: { exec: { command: ["true"] }, periodSeconds: 1 },
        }),
      ],
    }),
  );
  await untilRow(agent, "web-edge-1", "1/1 Running");
  const get = async (path: string): Promise<string> =>
    (await lab.exec(["curl", "-sSf", `http://127.0.0.1:${PORT}${path}`])).stdout;

  // What was never asked for has no figures.
  await get("/healthz");

  await t.step("promtool finds nothing but names that are the kubelet's", async () => {
    for (const path of PATHS) {
      const file = `${lab.workDir}/scraped`;
      await Deno.writeTextFile(file, await get(path));
      const { stdout, stderr } = await tryRun(["sh", "-c", `promtool check metrics < ${file}`]);
      const found = `${stdout}${stderr}`.split("\n").filter((line) => line !== "");
      const isKept = (line: string): boolean =>
        WITHOUT_TOTAL.some((name) =>
          line === `${name} counter metrics should have "_total" suffix`
        );
      assert.deepEqual(found.filter((line) => !isKept(line)), [], path);
    }
  });

  await t.step("promtool finds nothing wrong with the rules", async () => {
    const { code, stdout, stderr } = await tryRun(["promtool", "check", "rules", RULES]);
    assert.equal(code, 0, stdout + stderr);
  });

  await t.step("the agent's own process is measured", async () => {
    const text = await get("/metrics");
    const value = (name: string): number =>
      Number(new RegExp(`^${name} (.+)$`, "m").exec(text)?.[1] ?? NaN);
    assert.ok(value("process_resident_memory_bytes") > 20 * 1024 ** 2);
    assert.ok(value("process_cpu_seconds_total") > 0);
    assert.ok(value("process_open_fds") > 5);
    assert.ok(value('skerry_store_writes_total{operation="save"}') > 0);
  });

  await t.step("Prometheus scrapes it for a minute, and no rule alerts", async () => {
    await using prometheus = await startPrometheus(lab, {
      target: { address: `127.0.0.1:${PORT}`, paths: PATHS },
      rules: RULES,
    });
    await new Promise((resolve) => setTimeout(resolve, MINUTE_MS));
    const up = await prometheus.query("min_over_time(up[55s])");
    assert.deepEqual(
      up.map(({ labels, value }) => [labels["job"], value]).toSorted(),
      PATHS.map((path) => [path, 1]).toSorted(),
    );
    const [pods] = await prometheus.query("kubelet_running_pods");
    assert.equal(pods?.value, 1);
    const [probes] = await prometheus.query(
      'increase(prober_probe_total{container="main",result="successful"}[30s])',
    );
    assert.ok((probes?.value ?? 0) > 10, `${probes?.value} probes in 30 s`);
    assert.deepEqual(await prometheus.query('ALERTS{alertstate="firing"}'), []);
  });
});
