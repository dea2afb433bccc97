/** What is counted of requests to the API server. */
import assert from "node:assert/strict";
import { fakeClock } from "../../../tests/fakes/clock.ts";
import { fakeKube } from "../../../tests/fakes/kube_api.ts";
import { metricValues } from "../../../tests/fakes/metric_values.ts";
import { second } from "../../core/instant.ts";
import { leases, type ObjectRef, pods } from "../../core/kube/resource.ts";
import { createAgentMetrics } from "../../core/metrics/agent_metrics.ts";
import { NotFound, Unavailable } from "../../ports/errors.ts";

const ref: ObjectRef = { resource: pods, namespace: "default", name: "web" };
const host = "api.test:6443";

function setUp(rate?: { readonly perSecond: number; readonly burst: number }) {
  const clock = fakeClock();
  const metrics = createAgentMetrics();
  const kube = fakeKube({ clock, metrics, ...(rate && { rate }) });
  kube.server.put(pods, { metadata: { name: "web", namespace: "default" } });
  const shows = (expected: Readonly<Record<string, number | undefined>>): void => {
    const values = metricValues(metrics);
    const found = Object.keys(expected).map((name) => [name, values.get(name)]);
    assert.deepEqual(Object.fromEntries(found), expected);
  };
  return { clock, kube, shows };
}

Deno.test("each answer is counted by its code, a refusal as well", async () => {
  const { kube, shows } = setUp();
  await kube.get(ref);
  await kube.patch(ref, { kind: "merge", body: {} });
  await assert.rejects(kube.get({ ...ref, name: "none" }), NotFound);
  shows({
    [`rest_client_requests_total{code="200",method="GET",host="${host}"}`]: 1,
    [`rest_client_requests_total{code="200",method="PATCH",host="${host}"}`]: 1,
    [`rest_client_requests_total{code="404",method="GET",host="${host}"}`]: 1,
    [`rest_client_request_duration_seconds_count{verb="GET",host="${host}"}`]: 2,
    skerry_api_server_reachable: 1,
    skerry_api_server_outages_total: 0,
  });
});

Deno.test("a server that is away is one outage, and its last answer has a time", async () => {
  const { clock, kube, shows } = setUp();
  await kube.get(ref);
  const answered = clock.now() / second;
  kube.server.goDown();
  await clock.advance(60 * second);
  for (let tries = 0; tries < 3; tries++) await assert.rejects(kube.get(ref), Unavailable);
  shows({
    [`rest_client_requests_total{code="<error>",method="GET",host="${host}"}`]: 3,
    skerry_api_server_reachable: 0,
    skerry_api_server_outages_total: 1,
    skerry_api_server_last_answer_timestamp_seconds: answered,
  });
  kube.server.comeBack();
  await kube.get(ref);
  shows({
    skerry_api_server_reachable: 1,
    skerry_api_server_last_answer_timestamp_seconds: clock.now() / second,
  });
});

Deno.test("the wait for a request's turn is measured apart from its time; heartbeats have none", async () => {
  const { clock, kube, shows } = setUp({ perSecond: 1, burst: 1 });
  await kube.get(ref);
  const late = kube.get(ref);
  await clock.advance(second);
  await late;
  await assert.rejects(kube.get({ resource: leases, namespace: "default", name: "a" }), NotFound);
  shows({
    [`rest_client_rate_limiter_duration_seconds_count{verb="GET",host="${host}"}`]: 2,
    [`rest_client_rate_limiter_duration_seconds_sum{verb="GET",host="${host}"}`]: 1,
    [`rest_client_request_duration_seconds_sum{verb="GET",host="${host}"}`]: 0,
  });
});
