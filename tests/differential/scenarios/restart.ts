/** How containers end, and when they run again. */
import {
  container,
  created,
  deleted,
  FAILS_TWICE,
  LIMITS_STAY,
  phase,
  pod,
  type Scenario,
  shows,
  single,
} from "../scenario.ts";

const countRuns = "echo x >>/data/runs; [ $(wc -l </data/runs) -ge 2 ]";
const counter = {
  volumeMounts: [{ name: "data", mountPath: "/data" }],
};
const counted = { volumes: [{ name: "data", emptyDir: {} }] };

export const restartScenarios: readonly Scenario[] = [
  {
    name: "always-runs",
    steps: [created(single("sleep 60"), phase("Running")), deleted()],
  },
  {
    name: "never-succeeds",
    steps: [created(single("exit 0", {}, { restartPolicy: "Never" }), phase("Succeeded"))],
  },
  {
    name: "never-fails",
    steps: [created(single("exit 3", {}, { restartPolicy: "Never" }), phase("Failed"))],
  },
  {
    name: "never-one-of-two-fails",
    steps: [created(
      pod({
        restartPolicy: "Never",
        containers: [container("good", "sleep 2"), container("bad", "exit 7")],
      }),
      phase("Failed"),
    )],
  },
  {
    name: "never-both-succeed",
    steps: [created(
      pod({
        restartPolicy: "Never",
        containers: [container("one", "exit 0"), container("two", "sleep 2")],
      }),
      phase("Succeeded"),
    )],
  },
  {
    name: "on-failure-succeeds",
    steps: [created(single("exit 0", {}, { restartPolicy: "OnFailure" }), phase("Succeeded"))],
  },
  {
    name: "on-failure-second-time",
    steps: [
      created(
        single(countRuns, counter, { restartPolicy: "OnFailure", ...counted }),
        phase("Succeeded"),
      ),
    ],
  },
  {
    name: "always-completes",
    steps: [
      created(
        single(FAILS_TWICE.replace("exit 4", "exit 0"), counter, counted),
        shows("main", { running: true, restarts: 2 }),
      ),
    ],
  },
  {
    name: "always-crashes",
    steps: [
      created(
        single(FAILS_TWICE, counter, counted),
        shows("main", { running: true, restarts: 2 }),
      ),
      deleted(),
    ],
  },
  {
    name: "killed-by-signal",
    steps: [created(
      single("kill -9 $$", {}, { restartPolicy: "Never" }),
      phase("Failed"),
    )],
  },
  {
    name: "out-of-memory",
    difference: LIMITS_STAY,
    steps: [created(
      single("x=a; while :; do x=$x$x; done", { resources: { limits: { memory: "16Mi" } } }, {
        restartPolicy: "Never",
      }),
      phase("Failed"),
    )],
  },
  {
    name: "termination-message-file",
    steps: [created(
      single("echo last words >/dev/termination-log; exit 2", {}, { restartPolicy: "Never" }),
      phase("Failed"),
    )],
  },
  {
    name: "termination-message-from-log",
    steps: [created(
      single("echo one; echo two; exit 2", {
        terminationMessagePolicy: "FallbackToLogsOnError",
      }, { restartPolicy: "Never" }),
      phase("Failed"),
    )],
  },
];
