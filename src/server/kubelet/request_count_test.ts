/** Tests of the words under which requests are counted. */
import assert from "node:assert/strict";
import { fakeClock } from "../../../tests/fakes/clock.ts";
import { metricValues } from "../../../tests/fakes/metric_values.ts";
import { createAgentMetrics } from "../../core/metrics/agent_metrics.ts";
import { methods, paths, requestCount, type RequestLine } from "./request_count.ts";

/** What one request is counted as: method, path and whether it runs long. */
const cases: readonly (readonly [RequestLine["method"], string, string])[] = [
  ["GET", "/metrics", "GET metrics false"],
  ["GET", "/metrics/cadvisor?x=1", "GET metrics/cadvisor false"],
  ["GET", "/metrics/other", "GET other false"],
  ["GET", "/stats/summary?only_cpu_and_memory=true", "GET stats false"],
  ["POST", "/exec/default/web/main?command=ls", "POST exec true"],
  ["GET", "/portForward/default/web", "GET portForward false"],
  ["GET", "/containerLogs/default/web/main", "GET containerLogs false"],
  ["GET", "/", "GET other false"],
  ["GET", "/etc/passwd", "GET other false"],
  ["GET", "no path at all", "GET other false"],
  ["BREW", "/pods", "other pods false"],
  ["PATCH", "/pods", "other pods false"],
  [undefined, "/pods", "other pods false"],
];

Deno.test("requests are counted in few words, whatever is asked for", () => {
  for (const [method, url, expected] of cases) {
    const metrics = createAgentMetrics();
    const count = requestCount({
      metrics: metrics.api,
      clock: fakeClock(),
      serverType: "readwrite",
    });
    count({ method, url, headers: {} });
    const [shownMethod, path, longRunning] = expected.split(" ");
    const sample =
      `kubelet_http_requests_total{method="${shownMethod}",path="${path}",server_type="readwrite",long_running="${longRunning}"}`;
    assert.equal(metricValues(metrics).get(sample), 1, `${method} ${url}`);
  }
});

Deno.test("a request is under way until it is over, and its time is measured", async () => {
  const metrics = createAgentMetrics();
  const clock = fakeClock();
  const count = requestCount({ metrics: metrics.api, clock, serverType: "readonly" });
  const over = count({ method: "GET", url: "/pods", headers: {} });
  const labels = '{method="GET",path="pods",server_type="readonly",long_running="false"}';
  assert.equal(metricValues(metrics).get(`kubelet_http_inflight_requests${labels}`), 1);
  await clock.advance(250);
  over();
  const values = metricValues(metrics);
  assert.equal(values.get(`kubelet_http_inflight_requests${labels}`), 0);
  assert.equal(values.get(`kubelet_http_requests_duration_seconds_sum${labels}`), 0.25);
});

Deno.test("WebSockets into pods are counted apart", () => {
  const metrics = createAgentMetrics();
  const count = requestCount({
    metrics: metrics.api,
    clock: fakeClock(),
    serverType: "readwrite",
  });
  count({ method: "GET", url: "/portForward/a/b", headers: { upgrade: "WebSocket" } });
  count({ method: "POST", url: "/portForward/a/b", headers: { upgrade: "SPDY/3.1" } });
  count({ method: "GET", url: "/pods", headers: { upgrade: "websocket" } });
  const sample = 'kubelet_websocket_streaming_requests_total{subresource="portforward"}';
  assert.equal(metricValues(metrics).get(sample), 1);
});

Deno.test("whoever tries all methods on all paths crowds no other request out", () => {
  const metrics = createAgentMetrics();
  const types = ["readonly", "readwrite"] as const;
  for (const serverType of types) {
    const count = requestCount({ metrics: metrics.api, clock: fakeClock(), serverType });
    for (const method of [...methods, "BREW"]) {
      for (const path of [...paths, "nowhere"]) count({ method, url: `/${path}`, headers: {} })();
    }
  }
  const dropped = [...metricValues(metrics).keys()].filter((name) =>
    name.startsWith("skerry_metrics_dropped_total")
  );
  assert.deepEqual(dropped, []);
});
