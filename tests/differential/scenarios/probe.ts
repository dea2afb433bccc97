/** Probes of each kind that succeed, fail and hang. */
import {
  created,
  DEAF,
  deleted,
  type Fields,
  FOREVER,
  ready,
  type Scenario,
  shows,
  single,
  stays,
  told,
} from "../scenario.ts";

const often = { periodSeconds: 1, failureThreshold: 2 };
const web = `mkdir -p /tmp/www && echo ok >/tmp/www/ok && httpd -p 8080 -h /tmp/www && ${FOREVER}`;
/** When the server listens for sure. */
const later = { initialDelaySeconds: 2 };
const data = { volumeMounts: [{ name: "data", mountPath: "/data" }] };
const withData = { volumes: [{ name: "data", emptyDir: {} }] };
/** A run leaves a file behind, which lets the next one pass. */
const leavesTrace = "echo x >>/data/runs";
const isSecondRun = "[ $(wc -l </data/runs) -ge 2 ]";
const http = (path: string, port: number | string = 8080): Fields => ({
  ...often,
  httpGet: { path, port },
});
const exec = (script: string, fields: Fields = {}): Fields => ({
  ...often,
  exec: { command: ["sh", "-c", script] },
  ...fields,
});
const probed = (script: string, probes: Fields, spec: Fields = {}): Fields =>
  single(script, probes, spec);

/** A server that gives the same answer to all. */
function answering(status: string, { location }: { readonly location?: string } = {}): string {
  const lines = [
    `HTTP/1.1 ${status}`,
    "Content-Length: 0",
    "Connection: close",
    ...(location === undefined ? [] : [`Location: ${location}`]),
  ];
  const answer = lines.map((line) => `${line}\\r\\n`).join("");
  return `while :; do printf '${answer}\\r\\n' | nc -l -p 8080 >/dev/null; done`;
}

export const probeScenarios: readonly Scenario[] = [
  {
    name: "readiness-exec",
    steps: [
      created(probed(FOREVER, { readinessProbe: exec("true", { periodSeconds: 10 }) }), ready),
      deleted(),
    ],
  },
  {
    name: "readiness-exec-fails",
    steps: [created(
      probed(FOREVER, { readinessProbe: exec("echo not yet; exit 1") }),
      told("Unhealthy", 2),
    )],
  },
  {
    name: "readiness-comes-and-goes",
    steps: [
      created(
        probed(`touch /tmp/r; sleep 5; rm /tmp/r; ${FOREVER}`, {
          readinessProbe: exec("test -e /tmp/r"),
        }),
        ready,
      ),
      { act: { kind: "Wait", ms: 0 }, until: shows("main", { ready: false }) },
    ],
  },
  {
    name: "readiness-http",
    steps: [created(probed(web, { readinessProbe: { ...http("/ok"), ...later } }), ready)],
  },
  {
    name: "readiness-http-named-port",
    steps: [created(
      probed(web, {
        ports: [{ name: "web", containerPort: 8080 }],
        readinessProbe: { ...http("/ok", "web"), ...later },
      }),
      ready,
    )],
  },
  {
    name: "readiness-http-not-found",
    steps: [created(probed(web, { readinessProbe: http("/missing") }), told("Unhealthy", 3))],
  },
  {
    name: "readiness-http-led-elsewhere",
    steps: [created(
      probed(answering("302 Found", { location: "http://192.0.2.1/" }), {
        readinessProbe: { ...http("/"), ...later },
      }),
      ready,
    )],
  },
  {
    name: "readiness-http-led-in-circles",
    steps: [created(
      probed(answering("302 Found", { location: "/again" }), {
        readinessProbe: { ...http("/"), ...later, periodSeconds: 3 },
      }),
      told("Unhealthy"),
    )],
  },
  {
    name: "readiness-https-of-a-server-without",
    steps: [created(
      probed(answering("200 OK"), {
        readinessProbe: {
          ...often,
          ...later,
          httpGet: { scheme: "HTTPS", path: "/", port: 8080 },
        },
      }),
      told("Unhealthy"),
    )],
  },
  {
    name: "startup-with-a-grace-of-its-own",
    steps: [
      created(
        probed(DEAF, { startupProbe: exec("false", { terminationGracePeriodSeconds: 1 }) }, {
          terminationGracePeriodSeconds: 60,
        }),
        shows("main", { running: true, restarts: 1 }),
      ),
      deleted({ graceSeconds: 1 }),
    ],
  },
  {
    name: "readiness-http-refused",
    steps: [created(
      probed(FOREVER, { readinessProbe: http("/ok") }),
      told("Unhealthy"),
    )],
  },
  {
    name: "readiness-tcp",
    steps: [created(
      probed(web, { readinessProbe: { ...often, ...later, tcpSocket: { port: 8080 } } }),
      ready,
    )],
  },
  {
    name: "readiness-tcp-refused",
    steps: [created(
      probed(FOREVER, { readinessProbe: { ...often, tcpSocket: { port: 8080 } } }),
      told("Unhealthy"),
    )],
  },
  {
    name: "readiness-grpc-refused",
    steps: [created(
      probed(FOREVER, { readinessProbe: { ...often, grpc: { port: 8080 } } }),
      told("Unhealthy"),
    )],
  },
  {
    name: "readiness-exec-hangs",
    steps: [created(
      probed(FOREVER, { readinessProbe: exec("sleep 30", { timeoutSeconds: 1 }) }),
      told("Unhealthy"),
    )],
  },
  {
    name: "readiness-exec-not-found",
    steps: [created(
      probed(FOREVER, { readinessProbe: { ...often, exec: { command: ["/no/such"] } } }),
      told("Unhealthy"),
    )],
  },
  {
    name: "liveness-exec-fails",
    steps: [
      created(
        probed(`touch /tmp/l; sleep 2; rm /tmp/l; ${FOREVER}`, {
          livenessProbe: exec("test -e /tmp/l"),
        }),
        shows("main", { running: true, restarts: 1 }),
      ),
      deleted(),
    ],
  },
  {
    name: "liveness-http-fails",
    steps: [created(
      single(
        `${leavesTrace}; mkdir -p /tmp/www; ${isSecondRun} && touch /tmp/www/second; ${web}`,
        { ...data, livenessProbe: { ...http("/second"), ...later } },
        withData,
      ),
      shows("main", { running: true, restarts: 1 }),
    )],
  },
  {
    name: "liveness-with-a-grace-of-its-own",
    steps: [created(
      single(`${leavesTrace}; ${DEAF}`, {
        ...data,
        livenessProbe: exec(isSecondRun, { terminationGracePeriodSeconds: 1 }),
      }, { ...withData, terminationGracePeriodSeconds: 60 }),
      shows("main", { running: true, restarts: 1 }),
    )],
  },
  {
    name: "liveness-fails-never",
    steps: [created(
      single(FOREVER, { livenessProbe: exec("exit 1") }, { restartPolicy: "Never" }),
      shows("main", { exitCode: 0 }),
    )],
  },
  {
    name: "startup-passes",
    steps: [
      created(
        probed(`sleep 2; touch /tmp/up; ${FOREVER}`, {
          startupProbe: exec("test -e /tmp/up", { failureThreshold: 30 }),
          readinessProbe: exec("true"),
        }),
        ready,
      ),
    ],
  },
  {
    name: "startup-fails",
    steps: [created(
      single(
        `${leavesTrace}; ${FOREVER}`,
        { ...data, startupProbe: exec(isSecondRun) },
        withData,
      ),
      shows("main", { ready: true, restarts: 1 }),
    )],
  },
  {
    name: "initial-delay",
    steps: [
      created(
        probed(FOREVER, { readinessProbe: exec("true", { initialDelaySeconds: 3 }) }),
        shows("main", { running: true, ready: false }),
      ),
      stays(1000),
      { act: { kind: "Wait", ms: 0 }, until: ready },
    ],
  },
];
