/** Counts and times the requests to the kubelet's API, in the few words that the kubelet has for them. */
import type { ApiMetrics } from "../../core/metrics/api_metrics.ts";
import type { Clock } from "../../ports/clock.ts";
import { stopwatch } from "../../ports/stopwatch.ts";

/** A request as it came, let in or not. */
export interface RequestLine {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly headers: { readonly upgrade?: string | undefined };
}

/** Called when a request begins; what it gives is called when it is over. */
export type CountRequest = (request: RequestLine) => () => void;

export interface RequestCountDeps {
  readonly metrics: ApiMetrics;
  readonly clock: Pick<Clock, "monotonic">;
  /** The port that asks nobody who it is is the read-only one. */
  readonly serverType: "readonly" | "readwrite";
}

/** For ports that nobody counts. */
export const uncounted: CountRequest = (): () => void => () => {};

export function requestCount({ metrics, clock, serverType }: RequestCountDeps): CountRequest {
  return ({ method = "", url = "", headers }) => {
    const path = knownPath(url);
    const labels = {
      method: methods.includes(method) ? method : other,
      path,
      server_type: serverType,
      long_running: String(longRunning.includes(path)),
    };
    if (isWebSocket(headers) && streamed.includes(path)) {
      metrics.webSockets.inc({ subresource: path.toLowerCase() });
    }
    const seconds = stopwatch(clock);
    metrics.requests.inc(labels);
    metrics.inFlight.add(labels, 1);
    return () => {
      metrics.inFlight.add(labels, -1);
      metrics.requestDuration.observe(labels, seconds());
    };
  };
}

const other = "other";

/** What requests are counted by; all others are counted together. */
export const methods: readonly string[] = [
  "CONNECT",
  "DELETE",
  "GET",
  "HEAD",
  "OPTIONS",
  "POST",
  "PUT",
  "TRACE",
];

/** Likewise. Whatever else somebody asks for makes no series of its own. */
export const paths: readonly string[] = [
  ...["attach", "checkpoint", "configz", "containerLogs", "debug", "exec", "flagz", "healthz"],
  ...["logs", "metrics", "metrics/cadvisor", "metrics/probes", "metrics/resource"],
  ...["metrics/slis", "pods", "portForward", "run", "runningpods", "stats", "statusz"],
];

const streamed = ["exec", "attach", "portForward"];
/** The kubelet's own list spells port-forward otherwise than its paths do, so that it never counts as one of these. */
const longRunning = ["exec", "attach", "debug"];

/** The first part of the path, and of metrics the second as well. */
function knownPath(url: string): string {
  const [first = "", second] = url.replace(/[?#].*$/, "").split("/").slice(1);
  const path = first === "metrics" && second !== undefined ? `${first}/${second}` : first;
  return paths.includes(path) ? path : other;
}

function isWebSocket({ upgrade = "" }: RequestLine["headers"]): boolean {
  return upgrade.toLowerCase() === "websocket";
}
