/** Lifecycle hooks that succeed, fail and take too long. */
import {
  created,
  DEAF,
  deleted,
  type Fields,
  FOREVER,
  phase,
  ready,
  type Scenario,
  shows,
  single,
} from "../scenario.ts";

const hooked = (lifecycle: Fields, script = FOREVER, spec: Fields = {}): Fields =>
  single(script, { lifecycle }, spec);
const exec = (script: string): Fields => ({ exec: { command: ["sh", "-c", script] } });
const refused: Fields = { httpGet: { path: "/", port: 8080 } };

export const hookScenarios: readonly Scenario[] = [
  {
    name: "post-start",
    steps: [created(hooked({ postStart: exec("sleep 1") }), ready), deleted()],
  },
  {
    name: "post-start-fails",
    steps: [
      created(
        hooked({ postStart: exec("echo no; exit 3") }),
        shows("main", { waiting: "PostStartHookError", restarts: 2 }),
      ),
      deleted(),
    ],
  },
  {
    name: "post-start-fails-never",
    steps: [created(
      hooked({ postStart: exec("exit 3") }, FOREVER, { restartPolicy: "Never" }),
      phase("Succeeded"),
    )],
  },
  {
    name: "post-start-http-refused",
    steps: [
      created(
        hooked({ postStart: refused }),
        shows("main", { waiting: "PostStartHookError", restarts: 1 }),
      ),
      deleted(),
    ],
  },
  {
    name: "post-start-sleeps",
    steps: [created(hooked({ postStart: { sleep: { seconds: 1 } } }), ready)],
  },
  {
    name: "pre-stop",
    steps: [created(hooked({ preStop: exec("sleep 1") }), ready), deleted()],
  },
  {
    name: "pre-stop-fails",
    steps: [created(hooked({ preStop: exec("exit 3") }), ready), deleted()],
  },
  {
    name: "pre-stop-http-refused",
    steps: [created(hooked({ preStop: refused }), ready), deleted()],
  },
  {
    name: "pre-stop-sleeps",
    steps: [created(hooked({ preStop: { sleep: { seconds: 1 } } }), ready), deleted()],
  },
  {
    name: "pre-stop-outlasts-the-grace-period",
    steps: [created(hooked({ preStop: exec("sleep 30") }, DEAF), ready), deleted()],
  },
];
