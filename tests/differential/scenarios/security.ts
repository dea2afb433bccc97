/** Security contexts: what a container may be and do, as it sees it itself. */
import { created, type Fields, FOREVER, phase, type Scenario, shows, single } from "../scenario.ts";

/** A pod whose only container says as its last words what the script prints. */
const says = (script: string, securityContext: Fields, spec: Fields = {}): Fields =>
  single(
    `{ ${script}; } 2>&1 | tr '\\n\\t' '  ' >/dev/termination-log`,
    { securityContext, volumeMounts: [{ name: "v", mountPath: "/v" }] },
    { restartPolicy: "Never", volumes: [{ name: "v", emptyDir: {} }], ...spec },
  );
const waiting = shows("main", { waiting: "CreateContainerConfigError" });

export const securityScenarios: readonly Scenario[] = [
  {
    name: "root-of-the-image-ruled-out",
    steps: [created(single(FOREVER, { securityContext: { runAsNonRoot: true } }), waiting)],
  },
  {
    name: "root-by-number-ruled-out",
    steps: [
      created(
        single(FOREVER, { securityContext: { runAsNonRoot: true, runAsUser: 0 } }),
        waiting,
      ),
    ],
  },
  {
    name: "no-privileges-but-one",
    steps: [created(
      says("grep -e NoNewPrivs -e CapEff -e Seccomp: /proc/self/status; touch /f; echo $?", {
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ["ALL"], add: ["NET_BIND_SERVICE", "CAP_CHOWN"] },
        seccompProfile: { type: "Unconfined" },
      }),
      phase("Succeeded"),
    )],
  },
  {
    name: "all-capabilities-but-one",
    steps: [created(
      says("grep Cap /proc/self/status", { capabilities: { add: ["ALL"], drop: ["NET_RAW"] } }),
      phase("Succeeded"),
    )],
  },
  {
    name: "masked-paths-of-proc",
    steps: [created(
      says("wc -c </proc/kcore; touch /proc/sys/kernel/hostname; ls /sys/firmware | wc -l", {}),
      phase("Succeeded"),
    )],
  },
  {
    name: "groups-of-pod-and-container",
    steps: [created(
      says("id -u; id -G; stat -c '%a %u %g' /v; touch /v/f; stat -c '%u %g' /v/f", {
        runAsUser: 1000,
        runAsGroup: 3000,
      }, {
        securityContext: { fsGroup: 2000, supplementalGroups: [4000] },
      }),
      phase("Succeeded"),
    )],
  },
  {
    name: "groups-strict-without-a-runtime-for-it",
    steps: [created(
      single(FOREVER, {}, { securityContext: { supplementalGroupsPolicy: "Strict" } }),
      phase("Failed"),
    )],
  },
  {
    name: "sysctl-as-the-container-sees-it",
    steps: [created(
      says("cat /proc/sys/net/ipv4/ip_local_port_range", {}, {
        securityContext: {
          sysctls: [{ name: "net.ipv4.ip_local_port_range", value: "1024 60000" }],
        },
      }),
      phase("Succeeded"),
    )],
  },
  {
    name: "pull-secret-missing",
    steps: [created(
      single(FOREVER, { image: "127.0.0.1:1/nothing/here:1" }, {
        imagePullSecrets: [{ name: "missing" }],
      }),
      shows("main", { waiting: "ImagePullBackOff" }),
    )],
  },
];
