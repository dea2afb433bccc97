/** Debian's Prometheus on loopback inside a lab's network namespace: it scrapes an agent and judges its metrics. */
import { endProcess, logTail, startDaemon } from "./daemon.ts";
import type { Lab } from "./lab.ts";
import { requirePrometheusParts } from "./parts.ts";
import { isAlive, waitUntil } from "./processes.ts";

export interface PrometheusOptions {
  /** Paths below `http://127.0.0.1:PORT`, each a job's target. */
  readonly target: { readonly port: number; readonly paths: readonly string[] };
  /** Path of a file of alert rules. */
  readonly rules: string;
}

/** One value of a query's answer. */
export interface QueryResult {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Prometheus extends AsyncDisposable {
  /** Evaluates an expression now. Throws what Prometheus says of a bad one. */
  query(expression: string): Promise<readonly QueryResult[]>;
}

const address = "127.0.0.1:9090";
const startTimeoutMs = 30_000;

/** Scrapes every second. */
export async function startPrometheus(
  lab: Lab,
  { target, rules }: PrometheusOptions,
): Promise<Prometheus> {
  await requirePrometheusParts();
  const dir = `${lab.workDir}/prometheus`;
  await Deno.mkdir(dir);
  const config = {
    global: { scrape_interval: "1s", evaluation_interval: "1s" },
    rule_files: [rules],
    scrape_configs: target.paths.map((path) => ({
      job_name: path,
      metrics_path: path,
      static_configs: [{ targets: [`127.0.0.1:${target.port}`] }],
    })),
  };
  // JSON is YAML.
  await Deno.writeTextFile(`${dir}/prometheus.yml`, JSON.stringify(config));
  const logPath = `${dir}/prometheus.log`;
  const pid = await startDaemon({
    argv: lab.inside([
      "prometheus",
      `--config.file=${dir}/prometheus.yml`,
      `--storage.tsdb.path=${dir}/data`,
      `--web.listen-address=${address}`,
      "--log.level=warn",
    ]),
    logPath,
  });
  const isReady = async (): Promise<boolean> =>
    !isAlive(pid) ||
    await lab.exec(["curl", "-sf", `http://${address}/-/ready`]).then(() => true, () => false);
  if (!await waitUntil(isReady, { timeoutMs: startTimeoutMs }) || !isAlive(pid)) {
    throw new Error(`Prometheus did not start:\n${await logTail(logPath)}`);
  }
  return {
    async query(expression) {
      const url = `http://${address}/api/v1/query`;
      const { stdout } = await lab.exec(
        ["curl", "-s", "-G", "--data-urlencode", `query=${expression}`, url],
      );
      const { status, error, data } = JSON.parse(stdout);
      if (status !== "success") throw new Error(`${expression}: ${error}`);
      return data.result.map((
        { metric, value }: { metric: Record<string, string>; value: [number, string] },
      ) => ({ labels: metric, value: Number(value[1]) }));
    },
    [Symbol.asyncDispose]: () => endProcess(pid),
  };
}
