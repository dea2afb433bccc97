/** Deadlines, gates, changes while a pod runs, and shapes of pods. */
import {
  container,
  created,
  deleted,
  FOREVER,
  phase,
  pod,
  ready,
  type Scenario,
  shows,
  single,
} from "../scenario.ts";

export const lifeScenarios: readonly Scenario[] = [
  {
    name: "deadline",
    steps: [
      created(single(FOREVER, {}, { activeDeadlineSeconds: 3 }), phase("Failed")),
      deleted(),
    ],
  },
  {
    name: "deadline-while-init-runs",
    steps: [created(
      pod({
        activeDeadlineSeconds: 3,
        restartPolicy: "Never",
        initContainers: [container("init", FOREVER)],
        containers: [container("main", FOREVER)],
      }),
      phase("Failed"),
    )],
  },
  {
    name: "deadline-set-later",
    steps: [
      created(single(FOREVER), ready),
      {
        act: { kind: "Patch", pod: "pod", patch: { spec: { activeDeadlineSeconds: 1 } } },
        until: phase("Failed"),
      },
    ],
  },
  {
    name: "readiness-gate",
    steps: [
      created(
        single(FOREVER, {}, { readinessGates: [{ conditionType: "example.com/gate" }] }),
        shows("main", { ready: true }),
      ),
      {
        act: {
          kind: "Patch",
          pod: "pod",
          subresource: "status",
          patch: { status: { conditions: [{ type: "example.com/gate", status: "True" }] } },
        },
        until: ready,
      },
    ],
  },
  {
    name: "image-changed",
    steps: [
      created(single(FOREVER), ready),
      {
        act: {
          kind: "Patch",
          pod: "pod",
          patch: {
            spec: { containers: [{ name: "main", image: "docker.io/skerry.test/missing:2" }] },
          },
        },
        until: shows("main", { waiting: "ImagePullBackOff" }),
      },
    ],
  },
  {
    name: "guaranteed",
    steps: [created(
      single(FOREVER, { resources: { limits: { cpu: "100m", memory: "32Mi" } } }),
      ready,
    )],
  },
  {
    name: "burstable-with-two-containers",
    steps: [created(
      pod({
        containers: [
          container("one", FOREVER, { resources: { requests: { cpu: "10m" } } }),
          container("two", FOREVER, { resources: { limits: { memory: "32Mi" } } }),
        ],
      }),
      ready,
    )],
  },
  {
    name: "shared-process-namespace",
    steps: [
      created(
        pod({
          shareProcessNamespace: true,
          containers: [container("one", FOREVER), container("two", FOREVER)],
        }),
        ready,
      ),
      deleted(),
    ],
  },
  {
    name: "hosts-network",
    steps: [created(single(FOREVER, {}, { hostNetwork: true }), ready), deleted()],
  },
];
