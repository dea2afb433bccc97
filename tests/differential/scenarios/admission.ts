/** Pods that a node refuses. */
import {
  container,
  created,
  deleted,
  type Fields,
  FOREVER,
  phase,
  pod,
  ready,
  type Scenario,
  shows,
  single,
} from "../scenario.ts";

const wants = (requests: Fields): Fields => single(FOREVER, { resources: { requests } });
const selects = (spec: Fields): Fields => single(FOREVER, {}, spec);
const affinity = (operator: string, values?: readonly string[]): Fields => ({
  affinity: {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [{
          matchExpressions: [{ key: "kubernetes.io/arch", operator, ...(values && { values }) }],
        }],
      },
    },
  },
});

export const admissionScenarios: readonly Scenario[] = [
  {
    name: "node-selector-does-not-match",
    steps: [created(selects({ nodeSelector: { disk: "gold" } }), phase("Failed"))],
  },
  {
    name: "node-affinity-does-not-match",
    steps: [created(selects(affinity("In", ["pdp11"])), phase("Failed"))],
  },
  {
    name: "node-affinity-matches",
    steps: [created(selects(affinity("Exists")), phase("Running"))],
  },
  { name: "out-of-cpu", steps: [created(wants({ cpu: "4000" }), phase("Failed"))] },
  { name: "out-of-memory-to-request", steps: [created(wants({ memory: "9Ti" }), phase("Failed"))] },
  {
    name: "out-of-storage",
    steps: [created(wants({ "ephemeral-storage": "9Pi" }), phase("Failed"))],
  },
  {
    name: "out-of-memory-as-a-whole",
    steps: [created(selects({ resources: { requests: { memory: "9Ti" } } }), phase("Failed"))],
  },
  {
    name: "resources-as-a-whole",
    steps: [
      created(
        pod({
          containers: [
            container("main", FOREVER),
            container("side", FOREVER, { resources: { limits: { cpu: "250m" } } }),
          ],
          resources: {
            requests: { cpu: "300m", memory: "32Mi" },
            limits: { cpu: "500m", memory: "64Mi" },
          },
        }),
        ready,
      ),
      deleted(),
    ],
  },
  {
    name: "resources-as-a-whole-guaranteed",
    steps: [created(
      selects({ resources: { limits: { cpu: "200m", memory: "64Mi" } } }),
      phase("Running"),
    )],
  },
  {
    name: "out-of-an-unknown-resource",
    steps: [created(
      single(FOREVER, {
        resources: { limits: { "example.com/thing": "1" }, requests: { "example.com/thing": "1" } },
      }),
      phase("Failed"),
    )],
  },
  {
    name: "host-port-taken",
    steps: [
      created(
        pod({
          containers: [container("main", FOREVER, {
            ports: [{ containerPort: 80, hostPort: 8411 }],
          })],
        }, { name: "first" }),
        {
          what: "the first pod runs",
          holds: ({ pods }) => pods.some(({ status }) => status?.phase === "Running"),
        },
      ),
      created(
        single(FOREVER, { ports: [{ containerPort: 80, hostPort: 8411 }] }),
        phase("Failed"),
      ),
    ],
  },
  {
    name: "sysctl-not-allowed",
    steps: [created(
      selects({ securityContext: { sysctls: [{ name: "net.core.somaxconn", value: "1024" }] } }),
      phase("Failed"),
    )],
  },
  {
    name: "sysctl-safe",
    steps: [created(
      selects({
        securityContext: {
          sysctls: [{ name: "net.ipv4.ip_local_port_range", value: "20000 30000" }],
        },
      }),
      phase("Running"),
    )],
  },
  {
    name: "apparmor-profile-of-the-node",
    steps: [created(
      selects({
        securityContext: { appArmorProfile: { type: "Localhost", localhostProfile: "x" } },
      }),
      phase("Failed"),
    )],
  },
  {
    name: "seccomp-profile-missing",
    steps: [created(
      single(FOREVER, {
        securityContext: {
          seccompProfile: { type: "Localhost", localhostProfile: "missing.json" },
        },
      }),
      shows("main", { waiting: "CreateContainerError" }),
    )],
  },
  {
    name: "seccomp-runtime-default",
    steps: [created(
      single("grep Seccomp: /proc/self/status >/dev/termination-log", {
        securityContext: { seccompProfile: { type: "RuntimeDefault" } },
      }, { restartPolicy: "Never" }),
      phase("Succeeded"),
    )],
  },
  {
    name: "os-of-another-kind",
    steps: [created(selects({ os: { name: "windows" } }), phase("Failed"))],
  },
  {
    name: "must-not-be-root",
    steps: [created(
      single(FOREVER, { securityContext: { runAsNonRoot: true } }),
      shows("main", { waiting: "CreateContainerConfigError" }),
    )],
  },
  {
    name: "users-and-capabilities",
    steps: [created(
      single("id >/dev/termination-log; grep Cap /proc/self/status >>/dev/termination-log", {
        securityContext: {
          runAsUser: 1000,
          runAsGroup: 3000,
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ["ALL"], add: ["NET_BIND_SERVICE"] },
        },
      }, { restartPolicy: "Never", securityContext: { supplementalGroups: [4000] } }),
      phase("Succeeded"),
    )],
  },
  {
    name: "privileged-on-the-hosts-network",
    steps: [created(
      single(FOREVER, { securityContext: { privileged: true } }, {
        hostNetwork: true,
        hostPID: true,
      }),
      ready,
    )],
  },
];
