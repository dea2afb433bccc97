/** /healthz: whether each of the checks passes. @see https://kubernetes.io/docs/reference/using-api/health-checks/ */
import type { Hono } from "hono";
import type { HealthMetrics } from "../../core/metrics/health_metrics.ts";
import { httpError, textAnswer } from "./answers.ts";

export interface HealthCheck {
  readonly name: string;
  /** Undefined when it passes, else what is wrong. */
  check(): string | undefined;
}

/** Passes as long as the server answers. */
export const ping: HealthCheck = { name: "ping", check: () => undefined };

/** The kubelet's own looks whether its log is still flushed; here every record is written at once. */
export const logHealth: HealthCheck = { name: "log", check: () => undefined };

export interface HealthRoutesDeps {
  readonly checks: readonly HealthCheck[];
  /** Counts what comes of checks that are asked for all together, as the kubelet counts. */
  readonly health: HealthMetrics;
}

/** Whatever the method, as in the kubelet. */
export function healthRoutes(app: Hono, { checks, health }: HealthRoutesDeps): void {
  const counted = checks.map((each) => countedCheck(each, health));
  app.all("/healthz", (c) => allChecks(counted, new URL(c.req.url).searchParams));
  for (const each of checks) app.all(`/healthz/${each.name}`, () => oneCheck(each));
}

function countedCheck({ name, check }: HealthCheck, { last, total }: HealthMetrics): HealthCheck {
  const type = "healthz";
  return {
    name,
    check() {
      const problem = check();
      last.set({ name, type }, problem === undefined ? 1 : 0);
      total.inc({ name, type, status: problem === undefined ? "success" : "error" });
      return problem;
    },
  };
}

const noSniff = { "x-content-type-options": "nosniff" };

function oneCheck({ check }: HealthCheck): Response {
  const problem = check();
  return problem === undefined
    ? textAnswer({ status: 200, text: "ok" })
    : httpError({ status: 500, text: `internal server error: ${problem}` });
}

/** What is wrong stays between those who may read the log. */
function allChecks(checks: readonly HealthCheck[], query: URLSearchParams): Response {
  const excluded = query.getAll("exclude");
  const results = checks.map(({ name, check }) => resultOf(name, { check, excluded }));
  const unknown = excluded.filter((name) => !checks.some((each) => each.name === name));
  const lines = results.map(({ line }) => line).join("") + unknownLine(unknown);
  if (results.some(({ failed }) => failed)) {
    return httpError({ status: 500, text: `${lines}healthz check failed` });
  }
  const text = query.has("verbose") ? `${lines}healthz check passed\n` : "ok";
  return textAnswer({ status: 200, text }, noSniff);
}

function resultOf(
  name: string,
  { check, excluded }: Pick<HealthCheck, "check"> & { readonly excluded: readonly string[] },
): { readonly line: string; readonly failed: boolean } {
  if (excluded.includes(name)) return { line: `[+]${name} excluded: ok\n`, failed: false };
  const failed = check() !== undefined;
  return { line: failed ? `[-]${name} failed: reason withheld\n` : `[+]${name} ok\n`, failed };
}

function unknownLine(names: readonly string[]): string {
  if (names.length === 0) return "";
  const quoted = [...new Set(names)].toSorted().map((name) => JSON.stringify(name)).join(",");
  return `warn: some health checks cannot be excluded: no matches for ${quoted}\n`;
}
