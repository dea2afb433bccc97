/** The pods of the scenarios, one of each QoS class, and where they leave their traces on the board. */
import { IMAGES } from "../lab/images.ts";
import { FOREVER, manifest } from "../e2e/manifest.ts";

/** A folder of the board's, and the part of it that a pod writes to. */
const VOLUME = "/srv/traces";
export const TRACES = `${VOLUME}/burst/own`;

/** The name of a static pod has the node's after it. */
export const POD_NAMES = ["best-board", "burst-board", "guaranteed-board"] as const;

/** Takes three seconds to end, and leaves the time of the signal and of its end on the disk. */
const SLOW_END =
  `end() { date +%s > /traces/signal; sleep 3; date +%s > /traces/end; sync; exit 0; }
trap end TERM
echo begun
while :; do sleep 1 & wait $!; done`;

const traces = {
  volumes: [{ name: "traces", hostPath: { path: VOLUME, type: "DirectoryOrCreate" } }],
  // A part that the agent makes: the flags of open(2) that this takes are others on ARM.
  mounts: [{ name: "traces", mountPath: "/traces", subPath: "burst/own" }],
};

function script(text: string, fields: Readonly<Record<string, unknown>> = {}) {
  return { name: "main", image: IMAGES.busybox, command: ["sh", "-c", text], ...fields };
}

/** Manifests by file name. */
export const MANIFESTS: Readonly<Record<string, unknown>> = {
  "best.yaml": manifest("best", { containers: [script(`echo begun; ${FOREVER}`)] }),
  "burst.yaml": manifest("burst", {
    terminationGracePeriodSeconds: 60,
    containers: [
      script(SLOW_END, {
        volumeMounts: traces.mounts,
        resources: { requests: { cpu: "50m", memory: "16Mi" }, limits: { memory: "64Mi" } },
      }),
    ],
    volumes: traces.volumes,
  }),
  "guaranteed.yaml": manifest("guaranteed", {
    containers: [
      script(`echo begun; ${FOREVER}`, {
        resources: { limits: { cpu: "200m", memory: "32Mi" } },
      }),
    ],
  }),
};
