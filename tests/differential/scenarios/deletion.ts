/** Pods that are deleted, at every stage of their life. */
import {
  container,
  created,
  DEAF,
  deleted,
  FOREVER,
  phase,
  pod,
  ready,
  type Scenario,
  shows,
  single,
  told,
} from "../scenario.ts";

const sidecar = { restartPolicy: "Always" };

export const deletionScenarios: readonly Scenario[] = [
  {
    name: "delete-polite",
    steps: [created(single(FOREVER), ready), deleted()],
  },
  {
    name: "delete-with-exit-code",
    steps: [
      created(single("trap 'exit 5' TERM; while :; do sleep 0.2 & wait $!; done"), ready),
      deleted(),
    ],
  },
  {
    name: "delete-deaf",
    steps: [created(single(DEAF), ready), deleted()],
  },
  {
    name: "delete-with-less-grace",
    steps: [
      created(single(DEAF, {}, { terminationGracePeriodSeconds: 60 }), ready),
      deleted({ graceSeconds: 1 }),
    ],
  },
  {
    name: "delete-by-force",
    steps: [created(single(FOREVER), ready), deleted({ graceSeconds: 0 })],
  },
  {
    name: "delete-finished",
    steps: [
      created(single("exit 0", {}, { restartPolicy: "Never" }), phase("Succeeded")),
      deleted(),
    ],
  },
  {
    name: "delete-refused",
    steps: [
      created(single(FOREVER, {}, { nodeSelector: { disk: "gold" } }), phase("Failed")),
      deleted(),
    ],
  },
  {
    name: "delete-while-init-runs",
    steps: [
      created(
        pod({
          initContainers: [container("init", FOREVER)],
          containers: [container("main", FOREVER)],
        }),
        shows("init", { running: true }),
      ),
      deleted(),
    ],
  },
  {
    name: "delete-while-volume-is-missing",
    steps: [
      created(
        single(FOREVER, { volumeMounts: [{ name: "v", mountPath: "/v" }] }, {
          volumes: [{ name: "v", secret: { secretName: "missing" } }],
        }),
        told("FailedMount"),
      ),
      deleted(),
    ],
  },
  {
    name: "delete-with-sidecars",
    steps: [
      created(
        pod({
          initContainers: [container("one", FOREVER, sidecar), container("two", FOREVER, sidecar)],
          containers: [container("main", FOREVER)],
        }),
        ready,
      ),
      deleted(),
    ],
  },
  {
    name: "delete-two-containers-one-deaf",
    steps: [
      created(
        pod({ containers: [container("polite", FOREVER), container("deaf", DEAF)] }),
        ready,
      ),
      deleted(),
    ],
  },
];
