/** What volumes show, as the container sees it. */
import {
  configMap,
  created,
  type Fields,
  FOREVER,
  phase,
  type Scenario,
  secret,
  shows,
  single,
  told,
} from "../scenario.ts";

const objects = [
  configMap("settings", { colour: "blue", shape: "round" }),
  secret("password", { word: "open sesame" }),
];
const fromSettings = { configMap: { name: "settings" } };

/** A pod that says as its last words what the script prints of the volume at `/v`. */
function says(script: string, source: Fields, mount: Fields = {}, spec: Fields = {}): Fields {
  return single(
    `{ ${script}; } 2>&1 | tr '\\n' ' ' >/dev/termination-log`,
    { env: [{ name: "KEY", value: "shape" }], ...mounted(mount) },
    { restartPolicy: "Never", volumes: [{ name: "v", ...source }], ...spec },
  );
}

function mounted(mount: Fields = {}): Fields {
  return { volumeMounts: [{ name: "v", mountPath: "/v", ...mount }] };
}

export const volumeScenarios: readonly Scenario[] = [
  {
    name: "volume-links-to-its-data",
    objects,
    steps: [created(
      says(
        "readlink /v/colour; stat -c %a /v /v/..data/colour; readlink /v/..data | cut -c1-4",
        fromSettings,
      ),
      phase("Succeeded"),
    )],
  },
  {
    name: "volume-of-objects-is-not-written-to",
    objects,
    steps: [created(says("echo x >/v/new; echo $?", fromSettings), phase("Succeeded"))],
  },
  {
    name: "volume-items-some-of-them-missing",
    objects,
    steps: [created(
      says("ls -R /v", {
        configMap: {
          name: "settings",
          optional: true,
          items: [{ key: "colour", path: "a/b" }, { key: "missing", path: "c" }],
        },
      }),
      phase("Succeeded"),
    )],
  },
  {
    name: "sub-path-of-a-key",
    objects,
    steps: [created(says("cat /v", fromSettings, { subPath: "colour" }), phase("Succeeded"))],
  },
  {
    name: "sub-path-by-a-variable",
    objects,
    steps: [created(says("cat /v", fromSettings, { subPathExpr: "$(KEY)" }), phase("Succeeded"))],
  },
  {
    name: "sub-path-by-an-unknown-variable",
    objects,
    steps: [created(
      says("true", fromSettings, { subPathExpr: "$(NOTHING)" }),
      shows("main", { waiting: "CreateContainerConfigError" }),
    )],
  },
  {
    name: "projected-of-everything",
    objects,
    steps: [created(
      says(
        "cd /v; ls; stat -L -c '%a %u %g' c/colour word name token; cat name",
        {
          projected: {
            defaultMode: 0o440,
            sources: [
              { configMap: { name: "settings", items: [{ key: "colour", path: "c/colour" }] } },
              {
                secret: { name: "password", items: [{ key: "word", path: "word", mode: 0o400 }] },
              },
              {
                downwardAPI: {
                  items: [{ path: "name", fieldRef: { fieldPath: "metadata.name" } }],
                },
              },
              { serviceAccountToken: { path: "token", audience: "vault" } },
            ],
          },
        },
        {},
        { securityContext: { fsGroup: 2000, runAsUser: 1000 } },
      ),
      phase("Succeeded"),
    )],
  },
  {
    name: "projected-of-what-is-missing",
    steps: [created(
      single(FOREVER, mounted(), {
        volumes: [{
          name: "v",
          projected: {
            sources: [{ secret: { name: "none" } }, { configMap: { name: "nothing" } }],
          },
        }],
      }),
      told("FailedMount"),
    )],
  },
  {
    name: "empty-dir-in-memory",
    steps: [created(
      says("stat -f -c %T /v; df -k /v | tail -1 | awk '{print $2}'", {
        emptyDir: { medium: "Memory", sizeLimit: "1Mi" },
      }),
      phase("Succeeded"),
    )],
  },
];
