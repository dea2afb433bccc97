/** Volumes and variables from ConfigMaps, Secrets and the pod itself, with what can be missing of them. */
import {
  configMap,
  created,
  deleted,
  FOREVER,
  LIMITS_STAY,
  phase,
  ready,
  type Scenario,
  secret,
  shows,
  single,
  told,
} from "../scenario.ts";

const settings = configMap("settings", { colour: "blue", "1-bad-name": "x" });
const password = secret("password", { word: "open sesame" });
const fromSettings = (key: string) => ({
  env: [{ name: "COLOUR", valueFrom: { configMapKeyRef: { name: "settings", key } } }],
});
const mounts = { volumeMounts: [{ name: "v", mountPath: "/v" }] };
const volume = (source: Record<string, unknown>) => ({ volumes: [{ name: "v", ...source }] });
const once = { restartPolicy: "Never" };

export const configScenarios: readonly Scenario[] = [
  {
    name: "env-of-everything",
    objects: [settings, password],
    steps: [created(
      single(
        'echo "$COLOUR $WORD $NAME $CPU" >/dev/termination-log',
        {
          resources: { limits: { cpu: "2" } },
          env: [
            { name: "COLOUR", valueFrom: { configMapKeyRef: { name: "settings", key: "colour" } } },
            { name: "WORD", valueFrom: { secretKeyRef: { name: "password", key: "word" } } },
            { name: "NAME", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
            { name: "CPU", valueFrom: { resourceFieldRef: { resource: "limits.cpu" } } },
          ],
        },
        once,
      ),
      phase("Succeeded"),
    )],
  },
  {
    name: "env-from-config-map",
    objects: [settings],
    steps: [created(
      single("echo $P_colour >/dev/termination-log", {
        envFrom: [{ prefix: "P_", configMapRef: { name: "settings" } }],
      }, once),
      phase("Succeeded"),
    )],
  },
  {
    name: "env-made-of-others",
    objects: [settings, password],
    steps: [created(
      single(
        'echo "$A|$B|$C|$D|$E|$F|$G|$colour" >/dev/termination-log',
        {
          envFrom: [
            { configMapRef: { name: "settings" } },
            { prefix: "P_", secretRef: { name: "password" } },
          ],
          env: Object.entries({
            A: "a",
            B: "$(A)b",
            C: "$(NOTHING)",
            D: "$$(A)",
            E: "$(colour)",
            F: "$(P_word)",
            G: "$(B)$(C)",
            colour: "red",
          }).map(([name, value]) => ({ name, value })),
        },
        once,
      ),
      phase("Succeeded"),
    )],
  },
  {
    name: "env-config-map-missing",
    steps: [
      created(
        single(FOREVER, fromSettings("colour")),
        shows("main", { waiting: "CreateContainerConfigError" }),
      ),
      {
        act: { kind: "Create", object: settings },
        until: ready,
      },
      deleted(),
    ],
  },
  {
    name: "env-key-missing",
    objects: [settings],
    steps: [created(
      single(FOREVER, fromSettings("size")),
      shows("main", { waiting: "CreateContainerConfigError" }),
    )],
  },
  {
    name: "env-secret-missing",
    steps: [created(
      single(FOREVER, { envFrom: [{ secretRef: { name: "password" } }] }),
      shows("main", { waiting: "CreateContainerConfigError" }),
    )],
  },
  {
    name: "env-optional-missing",
    steps: [created(
      single('echo "[$COLOUR]" >/dev/termination-log', {
        env: [{
          name: "COLOUR",
          valueFrom: { configMapKeyRef: { name: "settings", key: "colour", optional: true } },
        }],
        envFrom: [{ configMapRef: { name: "other", optional: true } }],
      }, once),
      phase("Succeeded"),
    )],
  },
  {
    name: "volume-secret-missing",
    steps: [
      created(
        single(FOREVER, mounts, volume({ secret: { secretName: "password" } })),
        told("FailedMount", 2),
      ),
      { act: { kind: "Create", object: password }, until: ready },
      deleted(),
    ],
  },
  {
    name: "volume-config-map-key-missing",
    objects: [settings],
    steps: [created(
      single(
        FOREVER,
        mounts,
        volume({ configMap: { name: "settings", items: [{ key: "size", path: "size" }] } }),
      ),
      told("FailedMount"),
    )],
  },
  {
    name: "volume-optional-missing",
    steps: [created(
      single(
        "ls /v >/dev/termination-log",
        mounts,
        { ...once, ...volume({ configMap: { name: "settings", optional: true } }) },
      ),
      phase("Succeeded"),
    )],
  },
  {
    name: "volume-with-modes-and-sub-path",
    objects: [settings],
    steps: [created(
      single(
        "cat /etc/colour >/dev/termination-log; stat -L -c %a /v/colour >>/dev/termination-log",
        {
          volumeMounts: [
            { name: "v", mountPath: "/v" },
            { name: "v", mountPath: "/etc/colour", subPath: "colour" },
          ],
        },
        { ...once, ...volume({ configMap: { name: "settings", defaultMode: 0o440 } }) },
      ),
      phase("Succeeded"),
    )],
  },
  {
    name: "volume-downward",
    difference: LIMITS_STAY,
    steps: [created(
      single(
        "cat /v/name /v/limit >/dev/termination-log",
        { ...mounts, resources: { limits: { memory: "64Mi" } } },
        {
          ...once,
          ...volume({
            downwardAPI: {
              items: [
                { path: "name", fieldRef: { fieldPath: "metadata.name" } },
                {
                  path: "limit",
                  resourceFieldRef: { containerName: "main", resource: "limits.memory" },
                },
              ],
            },
          }),
        },
      ),
      phase("Succeeded"),
    )],
  },
  {
    name: "service-account-token",
    steps: [created(
      single("cd /var/run/secrets/kubernetes.io/serviceaccount; ls >/dev/termination-log", {}, {
        ...once,
        automountServiceAccountToken: true,
      }),
      phase("Succeeded"),
    )],
  },
  {
    name: "host-path-of-another-type",
    steps: [created(
      single(FOREVER, mounts, volume({ hostPath: { path: "/etc/passwd", type: "Directory" } })),
      told("FailedMount"),
    )],
  },
  {
    name: "fs-group",
    steps: [created(
      single("touch /v/f; stat -c '%g %a' /v /v/f >/dev/termination-log", mounts, {
        ...once,
        ...volume({ emptyDir: {} }),
        securityContext: { runAsUser: 1000, fsGroup: 2000 },
      }),
      phase("Succeeded"),
    )],
  },
];
