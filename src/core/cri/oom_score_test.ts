/** Scores on a node with 1 GiB of memory. */
import assert from "node:assert/strict";
import { pod, type PodBuilder } from "../../../tests/fakes/pods.ts";
import { allContainers, type Container } from "../k8s.ts";
import { oomScoreAdj } from "./oom_score.ts";

const requests = (memory: string): Partial<Container> => ({ resources: { requests: { memory } } });
const exact = { resources: { limits: { cpu: "1", memory: "512Mi" } } };

/** Scores by container. */
function scores(builder: PodBuilder): Record<string, number> {
  const built = builder.build();
  return Object.fromEntries(
    allContainers(built.spec).map((container) => [
      container.name,
      oomScoreAdj({ pod: built, container, memoryCapacityBytes: 1024 ** 3 }),
    ]),
  );
}

const web = pod("web");

const cases: readonly {
  readonly title: string;
  readonly pod: PodBuilder;
  readonly scores: Readonly<Record<string, number>>;
}[] = [
  { title: "BestEffort", pod: web.container("a"), scores: { a: 1000 } },
  {
    title: "Guaranteed",
    pod: web.initContainer("i", exact).container("a", exact),
    scores: { i: -997, a: -997 },
  },
  {
    title: "Burstable by what is requested of the node's memory",
    pod: web.container("all", requests("1Gi")).container("half", requests("512Mi"))
      .container("tenth", requests("103Mi")).container("none"),
    scores: { all: 3, half: 500, tenth: 900, none: 999 },
  },
  {
    title: "what the pod requests as a whole is shared among its containers",
    pod: web.spec({ resources: { requests: { memory: "768Mi" } } }).initContainer("i")
      .container("half", requests("512Mi")).container("a").sidecar("s"),
    // 256 MiB are left for four containers.
    scores: { i: 938, s: 938, half: 438, a: 938 },
  },
  {
    title: "containers that request as much as their pod",
    pod: web.spec({ resources: { requests: { memory: "512Mi" } } })
      .container("half", requests("512Mi")).container("a"),
    scores: { half: 500, a: 999 },
  },
  {
    title: "more than the node has",
    pod: web.container("a", requests("5Gi")),
    scores: { a: 3 },
  },
  {
    title: "Burstable for its CPU only",
    pod: web.container("a", { resources: { requests: { cpu: "1" } } }),
    scores: { a: 999 },
  },
  {
    title: "a sidecar is ended no sooner than the smallest main container",
    pod: web.sidecar("s", requests("128Mi")).initContainer("i", requests("128Mi"))
      .container("a", requests("512Mi")).container("b", requests("256Mi")),
    scores: { s: 750, i: 875, a: 500, b: 750 },
  },
  {
    title: "a sidecar that requests more keeps its own score",
    pod: web.sidecar("s", requests("768Mi")).container("a", requests("512Mi")),
    scores: { s: 250, a: 500 },
  },
  {
    title: "system-node-critical",
    pod: web.container("a").spec({ priorityClassName: "system-node-critical" }),
    scores: { a: -997 },
  },
  {
    title: "system-cluster-critical is as any other",
    pod: web.container("a").spec({ priorityClassName: "system-cluster-critical" }),
    scores: { a: 1000 },
  },
];

for (const { title, pod, scores: expected } of cases) {
  Deno.test(title, () => assert.deepEqual(scores(pod), expected));
}
