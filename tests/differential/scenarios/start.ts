/** Each way in which an image or a start can fail. */
import {
  created,
  deleted,
  FOREVER,
  phase,
  type Scenario,
  shows,
  single,
  told,
} from "../scenario.ts";

/** Nothing listens there: the pull fails at once. */
const unreachable = "127.0.0.1:1/nothing/here:1";

export const startScenarios: readonly Scenario[] = [
  {
    name: "image-cannot-be-pulled",
    steps: [
      created(
        single(FOREVER, { image: unreachable }),
        shows("main", { waiting: "ImagePullBackOff" }),
      ),
      deleted(),
    ],
  },
  {
    name: "image-never-pulled",
    steps: [created(
      single(FOREVER, { image: "skerry.test/missing:1", imagePullPolicy: "Never" }),
      shows("main", { waiting: "ErrImageNeverPull" }),
    )],
  },
  {
    name: "image-name-invalid",
    steps: [created(
      single(FOREVER, { image: "UPPER CASE:?" }),
      shows("main", { waiting: "InvalidImageName" }),
    )],
  },
  {
    name: "image-mended",
    steps: [
      created(
        single(FOREVER, { image: "skerry.test/missing:1", imagePullPolicy: "Never" }),
        shows("main", { waiting: "ErrImageNeverPull" }),
      ),
      {
        act: {
          kind: "Patch",
          pod: "pod",
          patch: { spec: { containers: [{ name: "main", image: "skerry.test/busybox:1" }] } },
        },
        until: phase("Running"),
      },
    ],
  },
  {
    name: "command-not-found",
    steps: [
      created(
        single("", { command: ["/no/such/program"] }),
        shows("main", { waiting: "RunContainerError", restarts: 2 }),
      ),
      deleted(),
    ],
  },
  {
    name: "command-not-found-never",
    steps: [created(
      single("", { command: ["/no/such/program"] }, { restartPolicy: "Never" }),
      phase("Failed"),
    )],
  },
  {
    name: "working-directory-is-a-file",
    steps: [created(
      single(FOREVER, { workingDir: "/etc/passwd" }, { restartPolicy: "Never" }),
      told("Failed"),
    )],
  },
  {
    name: "mount-over-a-file-of-the-image",
    steps: [created(
      single(FOREVER, { volumeMounts: [{ name: "data", mountPath: "/etc/passwd" }] }, {
        restartPolicy: "Never",
        volumes: [{ name: "data", emptyDir: {} }],
      }),
      told("Failed"),
    )],
  },
];
