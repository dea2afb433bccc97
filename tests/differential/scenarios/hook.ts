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
const data = { volumeMounts: [{ name: "data", mountPath: "/data" }] };
const withData = { volumes: [{ name: "data", emptyDir: {} }] };
const isThirdRun = "echo x >>/data/runs; [ $(wc -l </data/runs) -ge 3 ]";
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
        single(
          FOREVER,
          { ...data, lifecycle: { postStart: exec(`${isThirdRun} || { echo no; exit 3; }`) } },
          withData,
        ),
        shows("main", { running: true, restarts: 2 }),
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
    steps: [created(
      hooked({ postStart: refused }, FOREVER, { restartPolicy: "Never" }),
      phase("Succeeded"),
    )],
  },
  {
    name: "post-start-port-unknown",
    steps: [created(
      hooked(
        { postStart: { httpGet: { path: "/", port: "nowhere" } } },
        DEAF,
        { restartPolicy: "Never" },
      ),
      phase("Failed"),
    )],
  },
  {
    name: "post-start-tcp",
    steps: [created(
      hooked({ postStart: { tcpSocket: { port: 8080 } } }, DEAF, { restartPolicy: "Never" }),
      phase("Failed"),
    )],
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
    name: "pre-stop-command-not-found",
    steps: [created(hooked({ preStop: { exec: { command: ["/no/such"] } } }), ready), deleted()],
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
