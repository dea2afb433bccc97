/** Init containers and sidecars. */
import {
  container,
  created,
  deleted,
  FAILS_TWICE,
  FOREVER,
  phase,
  pod,
  ready,
  type Scenario,
  shows,
} from "../scenario.ts";

const sidecar = { restartPolicy: "Always" };
const main = container("main", FOREVER);
const data = {
  volumes: [{ name: "data", emptyDir: {} }],
};
const mounted = { volumeMounts: [{ name: "data", mountPath: "/data" }] };

export const initScenarios: readonly Scenario[] = [
  {
    name: "init-then-main",
    steps: [
      created(pod({ initContainers: [container("init", "sleep 1")], containers: [main] }), ready),
    ],
  },
  {
    name: "two-inits-in-order",
    steps: [
      created(
        pod({
          initContainers: [container("first", "sleep 1"), container("second", "sleep 1")],
          containers: [main],
        }),
        ready,
      ),
      deleted(),
    ],
  },
  {
    name: "init-fails-for-good",
    steps: [created(
      pod({
        restartPolicy: "Never",
        initContainers: [container("init", "exit 4")],
        containers: [main],
      }),
      phase("Failed"),
    )],
  },
  {
    name: "init-crashes",
    steps: [
      created(
        pod({
          ...data,
          initContainers: [container("init", FAILS_TWICE, mounted)],
          containers: [main],
        }),
        shows("init", { running: true, restarts: 2 }),
      ),
      deleted(),
    ],
  },
  {
    name: "init-succeeds-second-time",
    steps: [created(
      pod({
        ...data,
        initContainers: [
          container("init", "echo x >>/data/runs; [ $(wc -l </data/runs) -ge 2 ]", mounted),
        ],
        containers: [main],
      }),
      ready,
    )],
  },
  {
    name: "sidecar-ends-with-main",
    steps: [created(
      pod({
        restartPolicy: "Never",
        initContainers: [container("side", FOREVER, sidecar)],
        containers: [container("main", "sleep 2")],
      }),
      phase("Succeeded"),
    )],
  },
  {
    name: "sidecar-startup-gates-main",
    steps: [created(
      pod({
        initContainers: [
          container("side", `sleep 2; touch /tmp/up; ${FOREVER}`, {
            ...sidecar,
            startupProbe: {
              exec: { command: ["test", "-e", "/tmp/up"] },
              periodSeconds: 1,
              failureThreshold: 30,
            },
          }),
        ],
        containers: [main],
      }),
      ready,
    )],
  },
  {
    name: "sidecar-crashes",
    steps: [created(
      pod({
        ...data,
        initContainers: [container("side", FAILS_TWICE, { ...sidecar, ...mounted })],
        containers: [main],
      }),
      shows("side", { running: true, restarts: 2 }),
    )],
  },
  {
    name: "sidecar-before-init",
    steps: [
      created(
        pod({
          initContainers: [container("side", FOREVER, sidecar), container("init", "sleep 1")],
          containers: [main],
        }),
        ready,
      ),
      deleted(),
    ],
  },
];
