/** Debian's Prometheus on loopback inside a lab's network namespace: it scrapes an agent and judges its metrics. */
import { endProcess, logTail, startDaemon } from "./daemon.ts";
import type { Lab } from "./lab.ts";
import { requirePrometheusParts } from "./parts.ts";
import { isAlive, waitUntil } from "./processes.ts";

export interface PrometheusOptions {
  readonly target: PrometheusTarget;
  /** Path of a file of alert rules; none unless given. */
  readonly rules?: string;
}

export interface PrometheusTarget {
  /** Host and port. */
  readonly address: string;
  /** Each a job's target. */
  readonly paths: readonly string[];
  /** By HTTPS with this bearer token, whatever certificate is shown; by HTTP without one. */
  readonly token?: string;
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

/** Scrapes every five seconds, and waits as long for each answer. */
export async function startPrometheus(
  lab: Lab,
  { target, rules }: PrometheusOptions,
): Promise<Prometheus> {
  await requirePrometheusParts();
  const dir = `${lab.workDir}/prometheus`;
  await Deno.mkdir(dir);
  const config = {
    global: { scrape_interval: "5s", scrape_timeout: "5s", evaluation_interval: "1s" },
    rule_files: rules === undefined ? [] : [rules],
    scrape_configs: target.paths.map((path) => ({
      job_name: path,
      metrics_path: path,
      static_configs: [{ targets: [target.address] }],
      ...access(target),
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
    (await lab.exec(["curl", "-sf", `http://${address}/-/ready`])).code === 0;
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

function access({ token }: PrometheusTarget): object {
  if (token === undefined) return {};
  return {
    scheme: "https",
    authorization: { credentials: token },
    tls_config: { insecure_skip_verify: true },
  };
}
