/** docs/metrics.md, the dashboard and the alert rules speak of metrics that there are. */
import assert from "node:assert/strict";
import { parse } from "yaml";
import { LEFT_OUT } from "../../docs/metrics_left_out.ts";
import { definitions, metricsPage, withMetricsTables } from "../../docs/metrics_tables.ts";
import type { MetricDefinition } from "../../src/core/metrics/registry.ts";

const read = (path: string): Promise<string> =>
  Deno.readTextFile(new URL(`../../${path}`, import.meta.url));

const { agent, probes, health } = definitions();
const known = new Map([...agent, ...probes, ...health].map((each) => [each.name, each]));

/** Labels that Prometheus adds itself. */
const SCRAPED_LABELS = ["instance", "job", "le"];

Deno.test("the tables of metrics are current; `deno task docs` makes them so", async () => {
  const page = await Deno.readTextFile(metricsPage);
  assert.equal(page, withMetricsTables(page));
});

const leftOut = LEFT_OUT.flatMap(({ names }) => names);

function isLeftOut(name: string): boolean {
  return leftOut.some((left) =>
    left.endsWith("*") ? name.startsWith(left.slice(0, -1)) : name === left
  );
}

Deno.test("what is left out is not given", () => {
  assert.deepEqual([...known.keys()].filter(isLeftOut), []);
});

Deno.test("each metric of kubelet 1.37 is given or left out, and what is given is one of them or Skerry's", async () => {
  const names = (await read("tests/checks/kubelet_metrics.txt")).trimEnd().split("\n");
  assert.deepEqual(names.filter((name) => !known.has(name) && !isLeftOut(name)), []);
  const own = [...known.keys()].filter((name) => !names.includes(name));
  assert.deepEqual(own.filter((name) => !name.startsWith("skerry_")), []);
});

Deno.test("names and labels have the form that Prometheus asks for, and help texts are sentences", () => {
  for (const { name, help, labels } of known.values()) {
    assert.match(name, /^(kubelet|kubernetes|skerry|prober|process|rest_client)_[a-z0-9_]+$/);
    for (const label of labels) assert.match(label, /^[a-z][a-z_]*$/, name);
    assert.match(help, /^[A-Z].*\.$/, name);
  }
});

/** The metric that a name in an expression is of. */
function metricOf(name: string): MetricDefinition | undefined {
  return known.get(name) ?? known.get(name.replace(/_(bucket|sum|count)$/, ""));
}

/** What is wrong with the names and labels of an expression. */
function problemsOf(expression: string): readonly string[] {
  const uses = [
    ...expression.matchAll(
      /\b((?:kubelet|skerry|prober|process|rest_client)_[a-z0-9_]+)(?:\{([^}]*)\})?/g,
    ),
  ];
  const metrics = uses.flatMap(([, name = ""]) => metricOf(name) ?? []);
  const labels = [...SCRAPED_LABELS, ...metrics.flatMap((metric) => metric.labels)];
  const asked = [...expression.matchAll(/\bby \(([^)]*)\)/g)]
    .flatMap(([, list = ""]) => list.split(",").map((label) => label.trim()));
  const matched = uses.flatMap(([, , matchers = ""]) =>
    [...matchers.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g)].map(([, label = ""]) => label)
  );
  return [
    ...uses.filter(([, name = ""]) => metricOf(name) === undefined).map(([, name]) =>
      `there is no metric ${name}`
    ),
    ...[...asked, ...matched].filter((label) => !labels.includes(label))
      .map((label) => `there is no label ${label}`),
  ];
}

Deno.test("a name, a label and a grouping that there are not are found", () => {
  const bad = 'sum by (colour) (kubelet_evictions{shape="round"}) + skerry_luck_total';
  assert.deepEqual(problemsOf(bad), [
    "there is no metric skerry_luck_total",
    "there is no label colour",
    "there is no label shape",
  ]);
});

Deno.test("every alert is about metrics that there are, and says what is wrong", async () => {
  const { groups } = parse(await read("deploy/prometheus/alerts.yaml"));
  const rules = groups.flatMap((group: { rules: unknown[] }) => group.rules);
  assert.ok(rules.length > 10);
  for (const { alert, expr, annotations } of rules) {
    assert.deepEqual(problemsOf(expr), [], alert);
    assert.ok(annotations.summary && annotations.description, alert);
  }
});

Deno.test("every panel of the dashboard is about metrics that there are", async () => {
  const { panels } = JSON.parse(await read("deploy/grafana/skerry.json"));
  const drawn = panels.filter(({ type }: { type: string }) => type !== "row");
  assert.ok(drawn.length > 20);
  for (const { title, targets } of drawn) {
    assert.ok(targets.length > 0, title);
    for (const { expr } of targets) assert.deepEqual(problemsOf(expr), [], `${title}: ${expr}`);
  }
});
